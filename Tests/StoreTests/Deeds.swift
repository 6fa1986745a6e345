import Alerting
import Labor
import Store

/// What people do, written under a lease of the test as the evaluator does.
extension PostgresStore {
    @discardableResult
    func does(_ deed: StepDeed) async throws -> [String: JSONValue] {
        guard let lease = try await acquireLease(holder: "host:1:test", seconds: 60) else {
            throw StoreError(.leaseLost, "the test did not get the lease")
        }
        return try await carryOut(deed, under: lease)
    }

    func apply(
        _ episodes: [Episode], notices: [AlertNotice], orders: [DeliveryOrder]
    ) async throws {
        for (episode, notice) in zip(episodes, notices) {
            try await does(.move([episode], [notice], orders))
        }
    }

    func setVerdict(
        _ verdict: Verdict?, of alert: AlertID, note: String? = nil, _ entry: AlertNote? = nil
    ) async throws {
        let entry =
            entry
            ?? AlertNote(
                kind: .verdict, at: noon(0), body: verdict?.rawValue ?? "none", actor: "wang")
        try await does(.judge(alert, verdict, words: note, entry))
    }

    func addSilence(
        _ matcher: SilenceMatcher, from start: Instant, to end: Instant, reason: String,
        by author: String, now: Instant
    ) async throws -> Int64 {
        try await does(
            .addSilence(matcher, from: start, to: end, reason: reason, by: author, at: now)
        )["silence"].number
    }

    func expireSilence(
        _ id: Int64, by author: String, at moment: Instant, in zone: Zone
    ) async throws {
        try await does(.expireSilence(id, by: author, at: moment, in: zone))
    }

    func openCase(
        _ enterprise: LedgerCase.Enterprise, _ stamp: Stamp, note: String?, nextDue: Instant?
    ) async throws -> (id: Int64, isNew: Bool) {
        let result = try await does(.openCase(enterprise, stamp, note: note, nextDue: nextDue))
        return (result["case"].number, result["is_new"] == true)
    }

    func add(_ entry: LedgerEntry, to id: Int64, _ stamp: Stamp) async throws {
        try await does(.addEntry(entry, to: id, stamp))
    }

    func closeCase(_ id: Int64, _ closing: String, note: String?, _ stamp: Stamp) async throws {
        try await does(.closeCase(id, closing: closing, note: note, stamp))
    }

    func retry(_ selection: DeliverySelection, now: Instant) async throws -> RetryReport {
        let result = try await does(.retry(selection, at: now))
        return RetryReport(
            retried: Int(result["retried"].number), over: Int(result["over"].number))
    }

    func drop(receiver: String, now: Instant) async throws -> Int {
        let deed = StepDeed.drop(receiver: receiver, reason: .receiverRemoved, at: now)
        return Int(try await does(deed)["dropped"].number)
    }

    func enable(receiver: String, now: Instant) async throws -> Bool {
        try await does(.enable(receiver: receiver, at: now))["is_enabled"] == true
    }

    func bringForward(receiver: String, now: Instant) async throws -> Int {
        Int(
            try await does(.bringForward(receiver: receiver, at: now))["brought_forward"].number)
    }
}

extension JSONValue? {
    /// The whole number that it is; 0 for anything else.
    fileprivate var number: Int64 {
        if case .int(let number)? = self { number } else { 0 }
    }
}
