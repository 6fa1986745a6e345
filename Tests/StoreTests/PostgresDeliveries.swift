import Alerting
import Labor
import Store
import Support

/// The real outbox for the conformance suite.
struct PostgresDeliveries: DeliveryStore {
    let store: PostgresStore
    let lease: Lease

    init(_ bench: Bench) async throws {
        store = bench.store
        lease = try await bench.lease()
    }

    func commit(_ commit: DeliveryCommit) async throws {
        try await store.commit(
            CycleRecord(
                asOf: commit.at, startedAt: commit.at, seconds: 0, mode: "incremental",
                rowsRead: 0, findings: 0, episodes: commit.episodes, notices: commit.notices,
                orders: commit.orders, releases: commit.releases, holds: commit.holds,
                watermarks: [:], rejections: [], rejectionsComplete: false), under: lease)
    }

    func held() async throws -> [HeldOrder] { try await store.recall().held }

    func waiting() async throws -> [WaitingOrder] { try await store.recall().waiting }

    func retry(receiver: String?, now: Instant) async throws -> (retried: Int, over: Int) {
        let report = try await store.retry(receiver.map { .receiver($0) } ?? .all, now: now)
        return (report.retried, report.over)
    }

    func bringForward(receiver: String, now: Instant) async throws -> Int {
        try await store.bringForward(receiver: receiver, now: now)
    }

    func drop(receiver: String, now: Instant) async throws -> Int {
        try await store.drop(receiver: receiver, now: now)
    }

    func releaseClaims() async throws -> Int { try await store.releaseClaims() }

    func enable(receiver: String, now: Instant) async throws -> Bool {
        try await store.enable(receiver: receiver, now: now)
    }

    func snapshots(_ receivers: Set<String>) async throws -> [DeliverySnapshot] {
        var filter = DeliveryFilter()
        filter.receivers = receivers
        filter.limit = AlertFilter.limitMax
        return try await store.deliveries(filter).sorted { $0.id < $1.id }.map { record in
            DeliverySnapshot(
                id: record.id, alertID: record.alertID, sequence: record.sequence,
                receiver: record.receiver, state: record.state, reason: record.reason,
                isHeld: record.isHeld, group: record.group, attempts: record.attempts)
        }
    }

    func claim(
        receivers: [String], limit: Int, leaseSeconds: Int, now: Instant
    ) async throws -> [ClaimedMessage] {
        try await store.claim(
            receivers: receivers, limit: limit, leaseSeconds: leaseSeconds, now: now)
    }

    func settle(_ message: ClaimedMessage, _ attempt: DeliveryAttempt) async throws -> Bool {
        try await store.settle(message, attempt)
    }

    func nextDue(receivers: [String]) async throws -> Instant? {
        try await store.nextDue(receivers: receivers)
    }

    func disable(
        receiver: String, fingerprint: String, reason: String, at moment: Instant
    ) async throws {
        try await store.disable(
            receiver: receiver, fingerprint: fingerprint, reason: reason, at: moment)
    }

    func disabledReason(
        receiver: String, fingerprint: String, at moment: Instant
    ) async throws -> String? {
        try await store.disabledReason(
            receiver: receiver, fingerprint: fingerprint, at: moment)
    }
}
