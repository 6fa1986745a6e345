package import Alerting
package import Labor
import Postgres

/// One change that a person asked for, checked and ready to be written.
package enum StepDeed: Sendable {
    /// Moves an episode on and orders the deliveries of its event.
    case move(Episode, AlertNotice, [DeliveryOrder])
    /// Sets or takes back a verdict; the note keeps who judged.
    case judge(AlertID, Verdict?, words: String?, AlertNote)
    /// Gives an alert to the person or unit that the note names.
    case assign(AlertID, AlertNote)
    /// Writes something beside an alert.
    case note(AlertID, AlertNote)
    /// Makes a silence that holds from a moment to another.
    case addSilence(
        SilenceMatcher, from: Instant, to: Instant, reason: String, by: String, at: Instant)
    /// Ends a silence early; the zone words its end when it is over already.
    case expireSilence(Int64, by: String, at: Instant, in: Zone)
    /// Opens a case of the ledger, or finds the one that runs.
    case openCase(LedgerCase.Enterprise, Stamp, note: String?, nextDue: Instant?)
    /// Adds an entry to a case that runs.
    case addEntry(LedgerEntry, to: Int64, Stamp)
    /// Closes a case.
    case closeCase(Int64, closing: String, note: String?, Stamp)
    /// Brings dead letters back.
    case retry(DeliverySelection, at: Instant)
    /// Takes out what waits for a receiver.
    case drop(receiver: String, reason: String, at: Instant)
    /// Enables a receiver that was gone.
    case enable(receiver: String, at: Instant)
    /// Makes due what waits for a receiver after failed tries.
    case bringForward(receiver: String, at: Instant)
}

extension PostgresStore {
    /// Writes a change under the lease in one transaction and, when it was asked for by a request,
    /// the answer with it: after a crash the request is either answered and applied, or neither.
    ///
    /// - Parameters:
    ///   - request: the request to answer; nil for none.
    ///   - answer: makes the answer from what came of the change, by name.
    /// - Returns: what came of it: `silence`, `case` and `is_new`, `retried` and `over`, `dropped`,
    ///   `brought_forward`, `is_enabled`.
    /// - Throws: `leaseLost`; `episodeMoved` when a cycle moved the episode on meanwhile; `notFound`
    ///   and `refused` as the change says. Then nothing was changed.
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
        case .move(let episode, let notice, let orders):
            let batch = try AlertBatch(episodes: [episode], notices: [notice], orders: orders)
            try batch.write(&session, visits: visits)
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
