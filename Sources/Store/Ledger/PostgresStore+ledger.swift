import Alerting
package import Labor
import Postgres

extension PostgresStore {
    /// The cases of the ledger to list.
    package enum LedgerSelection: Hashable, Sendable {
        /// Open cases.
        case open
        /// Open cases whose follow-up was due before this moment.
        case overdue(Instant)
        /// All cases.
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
        let binds: [Bind] = [.bool(selection == .all), .optional(timestamp: due)]
        return try await perform(desk, "listing the ledger") { session in
            try session.query(
                """
                -- name: select_ledger_cases
                \(selectCase)
                 WHERE ($1 OR c.closed_at IS NULL)
                   AND ($2::timestamptz IS NULL OR c.next_due_at < $2)
                 ORDER BY c.opened_at DESC, c.case_id DESC
                """,
                binds
            ) { try ledgerCase($0) }
        }
    }

    /// One case with its entries; throws `notFound`.
    package func ledgerFile(_ id: Int64) async throws -> LedgerFile {
        try await perform(desk, "reading a case of the ledger") { session in
            try session.transaction(.readOnly(.repeatableRead)) { session in
                let head = try session.first(
                    "-- name: select_ledger_case\n\(selectCase)\n WHERE c.case_id = $1",
                    [.int(id)]
                ) { try ledgerCase($0) }
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
            """
            -- name: insert_ledger_case
            INSERT INTO laborwatch.ledger_case
                (enterprise_id, enterprise_name, region_code, industry_code, opened_at, opened_by,
                 opened_on_behalf_of, opened_note, next_due_at)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
            ON CONFLICT (enterprise_id) WHERE closed_at IS NULL DO NOTHING
            RETURNING case_id
            """,
            [
                .text(enterprise.id), .text(storable(enterprise.name)),
                .optional(text: enterprise.regionCode), .optional(text: enterprise.industryCode),
                .timestamp(stamp.at.microseconds), .text(stamp.actor.account),
                .optional(text: stamp.actor.onBehalfOf), .optional(text: note.map(storable)),
                .optional(timestamp: nextDue?.microseconds),
            ]
        ) { try $0.int(0) }
        let found = try session.first(
            """
            -- name: select_open_ledger_case
            SELECT case_id FROM laborwatch.ledger_case
             WHERE enterprise_id = $1 AND closed_at IS NULL
            """,
            [.text(enterprise.id)]
        ) { try $0.int(0) }
        guard let id = made ?? found else { throw noCase(0) }
        try session.execute(
            """
            -- name: link_ledger_case
            INSERT INTO laborwatch.ledger_case_alert (case_id, alert_id)
            SELECT $1, alert_id FROM laborwatch.alert
             WHERE subject_type = 'enterprise' AND subject_id = $2
               AND state NOT IN ('resolved', 'withdrawn')
            ON CONFLICT DO NOTHING
            """,
            [.int(id), .text(enterprise.id)])
        return (id, made != nil)
    }

    /// Adds an entry to an open case; throws `notFound`, or `refused` when the case is closed. A
    /// follow-up also sets when the next one is due.
    func add(
        _ entry: LedgerEntry, to id: Int64, _ stamp: Stamp, _ session: inout Session
    ) throws {
        try lockOpen(id, &session)
        let who: [Bind] = [
            .int(id), .timestamp(stamp.at.microseconds), .text(stamp.actor.account),
            .optional(text: stamp.actor.onBehalfOf),
        ]
        switch entry {
        case .measure(let code, let persons, let note):
            try session.execute(
                """
                -- name: insert_ledger_measure
                INSERT INTO laborwatch.ledger_measure
                    (case_id, at, actor, on_behalf_of, code, persons, note)
                VALUES ($1, $2, $3, $4, $5, $6, $7)
                """,
                who + [
                    .text(code), .optional(int: persons.map { Int64($0) }),
                    .optional(text: note.map(storable)),
                ])
        case .check(let item, let answer, let note):
            try session.execute(
                """
                -- name: insert_ledger_check
                INSERT INTO laborwatch.ledger_check
                    (case_id, at, actor, on_behalf_of, item, result, note)
                VALUES ($1, $2, $3, $4, $5, $6, $7)
                """,
                who + [
                    .text(item), .text(answer.rawValue), .optional(text: note.map(storable)),
                ])
        case .followUp(let note, let nextDue):
            let due = Bind.optional(timestamp: nextDue?.microseconds)
            try session.execute(
                """
                -- name: insert_ledger_follow_up
                INSERT INTO laborwatch.ledger_follow_up
                    (case_id, at, actor, on_behalf_of, note, next_due_at)
                VALUES ($1, $2, $3, $4, $5, $6)
                """, who + [.text(storable(note)), due])
            try session.execute(
                "UPDATE laborwatch.ledger_case SET next_due_at = $2 WHERE case_id = $1",
                [.int(id), due])
        }
    }

    /// Closes a case; throws `notFound`, or `refused` when it is already closed.
    func closeCase(
        _ id: Int64, _ closing: String, note: String?, _ stamp: Stamp, _ session: inout Session
    ) throws {
        try lockOpen(id, &session)
        try session.execute(
            """
            -- name: close_ledger_case
            UPDATE laborwatch.ledger_case
               SET closed_at = $2, closed_by = $3, closed_on_behalf_of = $4,
                   close_reason = $5, close_note = $6, next_due_at = NULL
             WHERE case_id = $1
            """,
            [
                .int(id), .timestamp(stamp.at.microseconds), .text(stamp.actor.account),
                .optional(text: stamp.actor.onBehalfOf), .text(closing),
                .optional(text: note.map(storable)),
            ])
    }

    /// Locks the row of an open case until the end of the transaction, so that nobody can close it
    /// meanwhile.
    private func lockOpen(_ id: Int64, _ session: inout Session) throws {
        let isOpen = try session.first(
            """
            -- name: lock_ledger_case
            SELECT closed_at IS NULL FROM laborwatch.ledger_case WHERE case_id = $1 FOR UPDATE
            """,
            [.int(id)]
        ) { try $0.bool(0) }
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

private let selectCase = """
    SELECT c.case_id, c.enterprise_id, c.enterprise_name, c.region_code, c.industry_code,
           c.opened_at, c.opened_by, c.opened_on_behalf_of, c.opened_note, c.next_due_at,
           c.closed_at, c.closed_by, c.closed_on_behalf_of, c.close_reason, c.close_note,
           array_to_string(c.alert_ids, ' ')
      FROM laborwatch.ledger_cases c
    """

private func ledgerCase(_ row: borrowing Row) throws -> LedgerCase {
    let closedFor = try row.textOrNil(12)
    let closer = try row.textOrNil(11).map { Actor($0, onBehalfOf: closedFor) }
    let closed = try row.timestampOrNil(10).map(Instant.init(microseconds:))
    return LedgerCase(
        id: try row.int(0),
        enterprise: LedgerCase.Enterprise(
            id: try row.text(1), name: try row.text(2), regionCode: try row.textOrNil(3),
            industryCode: try row.textOrNil(4)),
        opened: Stamp(
            at: Instant(microseconds: try row.timestamp(5)),
            actor: Actor(try row.text(6), onBehalfOf: try row.textOrNil(7))),
        openedNote: try row.textOrNil(8),
        nextDue: try row.timestampOrNil(9).map(Instant.init(microseconds:)),
        closed: closed.flatMap { at in closer.map { Stamp(at: at, actor: $0) } },
        closing: try row.textOrNil(13),
        closeNote: try row.textOrNil(14),
        alerts: try row.text(15).split(separator: " ").map { AlertID(rawValue: String($0)) })
}

/// The stamp in the first three columns of an entry.
private func stamp(_ row: borrowing Row) throws -> Stamp {
    Stamp(
        at: Instant(microseconds: try row.timestamp(0)),
        actor: Actor(try row.text(1), onBehalfOf: try row.textOrNil(2)))
}

private func measures(_ id: Int64, _ session: inout Session) throws -> [(
    stamp: Stamp, entry: LedgerEntry
)] {
    try session.query(
        """
        -- name: select_ledger_measures
        SELECT at, actor, on_behalf_of, code, persons, note
          FROM laborwatch.ledger_measures WHERE case_id = $1 ORDER BY measure_id
        """,
        [.int(id)]
    ) { row in
        let entry = LedgerEntry.measure(
            code: try row.text(3), persons: try row.intOrNil(4).map { Int($0) },
            note: try row.textOrNil(5))
        return (try stamp(row), entry)
    }
}

private func checks(_ id: Int64, _ session: inout Session) throws -> [(
    stamp: Stamp, entry: LedgerEntry
)] {
    try session.query(
        """
        -- name: select_ledger_checks
        SELECT at, actor, on_behalf_of, item, result, note
          FROM laborwatch.ledger_checks WHERE case_id = $1 ORDER BY check_id
        """,
        [.int(id)]
    ) { row in
        let entry = LedgerEntry.check(
            item: try row.text(3), answer: try word(row.text(4), "laborwatch.ledger_checks"),
            note: try row.textOrNil(5))
        return (try stamp(row), entry)
    }
}

private func followUps(_ id: Int64, _ session: inout Session) throws -> [(
    stamp: Stamp, entry: LedgerEntry
)] {
    try session.query(
        """
        -- name: select_ledger_follow_ups
        SELECT at, actor, on_behalf_of, note, next_due_at
          FROM laborwatch.ledger_follow_ups WHERE case_id = $1 ORDER BY follow_up_id
        """,
        [.int(id)]
    ) { row in
        let entry = LedgerEntry.followUp(
            note: try row.text(3),
            nextDue: try row.timestampOrNil(4).map(Instant.init(microseconds:)))
        return (try stamp(row), entry)
    }
}
