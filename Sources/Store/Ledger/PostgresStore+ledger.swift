import Alerting
package import Labor
import LaborSQL
import Postgres

extension PostgresStore {
    /// The cases of the ledger to list.
    package enum LedgerSelection: Hashable, Sendable {
        /// All open cases.
        case open
        /// The open cases whose follow-up was due before this moment.
        case overdue(Instant)
        /// All cases, open and closed.
        case all
    }

    /// The selected cases, most recently opened first.
    package func ledger(_ selection: LedgerSelection) async throws -> [LedgerCase] {
        let due: Int64?
        if case .overdue(let moment) = selection {
            due = moment.microseconds
        } else {
            due = nil
        }
        return try await perform(desk, "listing the ledger") { session in
            try session.query(
                .selectLedgerCases,
                ["is_all": .bool(selection == .all), "due_before": .optional(timestamp: due)]
            ) { try ledgerCase($0) }
        }
    }

    /// One case with its entries; throws `notFound`.
    package func ledgerFile(_ id: Int64) async throws -> LedgerFile {
        try await perform(desk, "reading a case of the ledger") { session in
            try session.transaction(.readOnly(.repeatableRead)) { session in
                let head = try session.first(.selectLedgerCase, ["case_id": .int(id)]) {
                    try ledgerCase($0)
                }
                guard let head else { throw noCase(id) }
                let entries =
                    try measures(id, &session) + checks(id, &session) + followUps(id, &session)
                return LedgerFile(head: head, entries: entries)
            }
        }
    }

    /// Opens a case for an enterprise, or finds its open case, and links the enterprise's open
    /// alerts.
    ///
    /// - Returns: the number of the case, and whether it is new.
    func openCase(
        _ enterprise: LedgerCase.Enterprise, _ stamp: Stamp, note: String?, nextDue: Instant?,
        _ session: inout Session
    ) throws -> (id: Int64, isNew: Bool) {
        let made = try session.first(
            .insertLedgerCase,
            [
                "enterprise_id": .text(enterprise.id),
                "enterprise_name": .text(storable(enterprise.name)),
                "region_code": .optional(text: enterprise.regionCode),
                "industry_code": .optional(text: enterprise.industryCode),
                "opened_at": .timestamp(stamp.at.microseconds),
                "opened_by": .text(stamp.actor.account),
                "opened_on_behalf_of": .optional(text: stamp.actor.onBehalfOf),
                "opened_note": .optional(text: note.map(storable)),
                "next_due_at": .optional(timestamp: nextDue?.microseconds),
            ]
        ) { try $0.int(0) }
        let found = try session.first(
            .selectOpenLedgerCase, ["enterprise_id": .text(enterprise.id)]
        ) { try $0.int(0) }
        guard let id = made ?? found else { throw noCase(0) }
        try session.execute(
            .linkLedgerCase, ["case_id": .int(id), "enterprise_id": .text(enterprise.id)])
        return (id, made != nil)
    }

    /// Adds an entry to an open case; throws `notFound`, or `refused` when the case is closed. A
    /// follow-up also sets when the next one is due.
    func add(
        _ entry: LedgerEntry, to id: Int64, _ stamp: Stamp, _ session: inout Session
    ) throws {
        try lockOpen(id, &session)
        var values: [String: Bind] = [
            "case_id": .int(id), "at": .timestamp(stamp.at.microseconds),
            "actor": .text(stamp.actor.account),
            "on_behalf_of": .optional(text: stamp.actor.onBehalfOf),
        ]
        switch entry {
        case .measure(let code, let persons, let note):
            values["code"] = .text(code)
            values["persons"] = .optional(int: persons.map { Int64($0) })
            values["note"] = .optional(text: note.map(storable))
            try session.execute(.insertLedgerMeasure, values)
        case .check(let item, let answer, let note):
            values["item"] = .text(item)
            values["result"] = .text(answer.rawValue)
            values["note"] = .optional(text: note.map(storable))
            try session.execute(.insertLedgerCheck, values)
        case .followUp(let note, let nextDue):
            let due = Bind.optional(timestamp: nextDue?.microseconds)
            values["note"] = .text(storable(note))
            values["next_due_at"] = due
            try session.execute(.insertLedgerFollowUp, values)
            try session.execute(.setLedgerCaseDue, ["case_id": .int(id), "next_due_at": due])
        }
    }

    /// Closes a case; throws `notFound`, or `refused` when it is already closed.
    func closeCase(
        _ id: Int64, _ closing: String, note: String?, _ stamp: Stamp, _ session: inout Session
    ) throws {
        try lockOpen(id, &session)
        try session.execute(
            .closeLedgerCase,
            [
                "case_id": .int(id), "closed_at": .timestamp(stamp.at.microseconds),
                "closed_by": .text(stamp.actor.account),
                "closed_on_behalf_of": .optional(text: stamp.actor.onBehalfOf),
                "close_reason": .text(closing), "close_note": .optional(text: note.map(storable)),
            ])
    }

    /// Locks the row of an open case until the end of the transaction, so that nobody can close it
    /// meanwhile.
    private func lockOpen(_ id: Int64, _ session: inout Session) throws {
        let isOpen = try session.first(.lockLedgerCase, ["case_id": .int(id)]) {
            try $0.bool(0)
        }
        guard let isOpen else { throw noCase(id) }
        guard isOpen else {
            throw StoreError(
                .refused, "case \(id) is closed",
                hint: "open a new one with laborwatch ledger open")
        }
    }
}

private func noCase(_ id: Int64) -> StoreError {
    StoreError(
        .notFound, "there is no case \(id) in the ledger",
        hint: "look it up with laborwatch ledger list --all")
}

/// The case in a row of `select_ledger_cases` or `select_ledger_case`.
private func ledgerCase(_ row: borrowing Row) throws -> LedgerCase {
    let closedFor = try row.textOrNil(12)
    let closer = try row.textOrNil(11).map { Actor($0, onBehalfOf: closedFor) }
    let closed = try row.instantOrNil(10)
    return LedgerCase(
        id: try row.int(0),
        enterprise: LedgerCase.Enterprise(
            id: try row.text(1), name: try row.text(2), regionCode: try row.textOrNil(3),
            industryCode: try row.textOrNil(4)),
        opened: Stamp(
            at: try row.instant(5),
            actor: Actor(try row.text(6), onBehalfOf: try row.textOrNil(7))),
        openedNote: try row.textOrNil(8),
        nextDue: try row.instantOrNil(9),
        closed: closed.flatMap { at in closer.map { Stamp(at: at, actor: $0) } },
        closing: try row.textOrNil(13),
        closeNote: try row.textOrNil(14),
        alerts: try row.text(15).split(separator: " ").map { AlertID(rawValue: String($0)) })
}

/// The stamp in the first three columns of an entry.
private func stamp(_ row: borrowing Row) throws -> Stamp {
    Stamp(
        at: try row.instant(0),
        actor: Actor(try row.text(1), onBehalfOf: try row.textOrNil(2)))
}

private func measures(_ id: Int64, _ session: inout Session) throws -> [(
    stamp: Stamp, entry: LedgerEntry
)] {
    try session.query(.selectLedgerMeasures, ["case_id": .int(id)]) { row in
        let entry = LedgerEntry.measure(
            code: try row.text(3), persons: try row.intOrNil(4).map { Int($0) },
            note: try row.textOrNil(5))
        return (try stamp(row), entry)
    }
}

private func checks(_ id: Int64, _ session: inout Session) throws -> [(
    stamp: Stamp, entry: LedgerEntry
)] {
    try session.query(.selectLedgerChecks, ["case_id": .int(id)]) { row in
        let entry = LedgerEntry.check(
            item: try row.text(3), answer: try word(row.text(4), "laborwatch.ledger_checks"),
            note: try row.textOrNil(5))
        return (try stamp(row), entry)
    }
}

private func followUps(_ id: Int64, _ session: inout Session) throws -> [(
    stamp: Stamp, entry: LedgerEntry
)] {
    try session.query(.selectLedgerFollowUps, ["case_id": .int(id)]) { row in
        let entry = LedgerEntry.followUp(
            note: try row.text(3),
            nextDue: try row.instantOrNil(4))
        return (try stamp(row), entry)
    }
}
