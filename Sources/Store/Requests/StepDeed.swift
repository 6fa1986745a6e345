package import Alerting
package import Labor
import Postgres

/// One change that a person requested, validated and ready to be written.
package enum StepDeed: Sendable {
    /// Writes new states of an incident and its alerts, their events and the deliveries of the
    /// events.
    case move([Episode], [AlertNotice], [DeliveryOrder])
    /// Sets or clears a verdict; the note records who gave it.
    case judge(AlertID, Verdict?, words: String?, AlertNote)
    /// Assigns an alert to the person or unit that the note names.
    case assign(AlertID, AlertNote)
    /// Adds a note to an alert.
    case note(AlertID, AlertNote)
    /// Adds a silence for a time range.
    case addSilence(
        SilenceMatcher, from: Instant, to: Instant, reason: String, by: String, at: Instant)
    /// Ends a silence early. If it has already ended, the error states its end in the time zone.
    case expireSilence(Int64, by: String, at: Instant, in: Zone)
    /// Opens a case of the ledger, or finds the enterprise's open case.
    case openCase(LedgerCase.Enterprise, Stamp, note: String?, nextDue: Instant?)
    /// Adds an entry to an open case.
    case addEntry(LedgerEntry, to: Int64, Stamp)
    /// Closes a case.
    case closeCase(Int64, closing: String, note: String?, Stamp)
    /// Makes dead letters pending again.
    case retry(DeliverySelection, at: Instant)
    /// Drops the pending deliveries of a receiver.
    case drop(receiver: String, reason: DeliveryReason, at: Instant)
    /// Enables a disabled receiver.
    case enable(receiver: String, at: Instant)
    /// Makes the failed deliveries of a receiver due at once.
    case bringForward(receiver: String, at: Instant)
}

extension PostgresStore {
    /// Writes a change under the lease, together with the answer to its request, in one
    /// transaction. After a crash the request is therefore either applied and answered, or neither.
    ///
    /// - Parameters:
    ///   - request: the request to answer; nil for none.
    ///   - answer: makes the answer from the result of the change.
    /// - Returns: the result of the change by name: `silence`, `case` and `is_new`, `retried` and
    ///   `over`, `dropped`, `brought_forward`, or `is_enabled`.
    /// - Throws: `leaseLost`; `episodeMoved` when a cycle changed the episode meanwhile; `notFound`
    ///   or `refused`, depending on the change. After an error nothing is changed.
    @discardableResult
    package func carryOut(
        _ deed: StepDeed, answering request: Int64? = nil, under lease: Lease,
        _ answer: @escaping @Sendable ([String: JSONValue]) -> StepAnswer = { _ in StepAnswer("") }
    ) async throws -> [String: JSONValue] {
        try await perform(desk, "applying a person's step", needs: .store) { session in
            try session.transaction { session in
                try hold(lease, &session)
                if let request { try lockPending(request, &session) }
                let result = try write(deed, &session)
                if let request { try record(answer(result), of: request, &session) }
                return result
            }
        }
    }

    private func write(
        _ deed: StepDeed, _ session: inout Session
    ) throws -> [String: JSONValue] {
        switch deed {
        case .move(let episodes, let notices, let orders):
            let batch = try AlertBatch(episodes: episodes, notices: notices, orders: orders)
            try batch.write(&session, visits: visits, by: .person)
            return [:]
        case .judge(let alert, let verdict, let words, let note):
            try judge(alert, verdict, words, note, &session)
            return [:]
        case .assign(let alert, let note):
            try assign(alert, note, &session)
            return [:]
        case .note(let alert, let note):
            try add(note, to: alert, &session)
            return [:]
        case .addSilence(let matcher, let start, let end, let reason, let author, let moment):
            let silence = try insertSilence(
                matcher, from: start, to: end, reason: reason, by: author, at: moment, &session)
            return ["silence": .int(silence)]
        case .expireSilence(let id, let author, let moment, let zone):
            try expireSilence(id, by: author, at: moment, in: zone, &session)
            return [:]
        case .openCase(let enterprise, let stamp, let note, let nextDue):
            let (id, isNew) = try openCase(
                enterprise, stamp, note: note, nextDue: nextDue, &session)
            return ["case": .int(id), "is_new": .bool(isNew)]
        case .addEntry(let entry, let id, let stamp):
            try add(entry, to: id, stamp, &session)
            return [:]
        case .closeCase(let id, let closing, let note, let stamp):
            try closeCase(id, closing, note: note, stamp, &session)
            return [:]
        case .retry(let selection, let moment):
            let report = try retry(selection, now: moment, &session)
            return ["retried": .int(Int64(report.retried)), "over": .int(Int64(report.over))]
        case .drop(let receiver, let reason, let moment):
            return [
                "dropped": .int(
                    Int64(try drop(receiver: receiver, reason: reason, now: moment, &session)))
            ]
        case .enable(let receiver, let moment):
            return ["is_enabled": .bool(try enable(receiver: receiver, now: moment, &session))]
        case .bringForward(let receiver, let moment):
            let count = try bringForward(receiver: receiver, now: moment, &session)
            return ["brought_forward": .int(Int64(count))]
        }
    }
}
