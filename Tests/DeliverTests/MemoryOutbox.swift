import Alerting
import Labor
import Synchronization

/// The outbox's contract, kept in memory: what the real one does in PostgreSQL.
actor MemoryOutbox: Outbox {
    /// One delivery and its tries.
    struct Row: Sendable {
        enum State: Sendable { case waiting, delivered, dead }

        let id: Int64
        let receiver: String
        let notice: AlertNotice
        let createdAt: Instant
        var dueAt: Instant
        var state = State.waiting
        var attempts = 0
        var claim: Int64 = 0
        var lockedUntil: Instant?
        var tries: [DeliveryAttempt] = []
    }

    struct Unreachable: Error {}

    private(set) var rows: [Row] = []
    private(set) var claims: [(receiver: String, limit: Int)] = []
    private(set) var refusedSettlements = 0
    private var failures = 0
    private var claimCount: Int64 = 0

    func add(_ notice: AlertNotice, to receiver: String, at now: Instant) {
        rows.append(
            Row(
                id: Int64(rows.count + 1), receiver: receiver, notice: notice, createdAt: now,
                dueAt: now))
    }

    /// Makes the next calls of `claim` fail.
    func failNext(_ count: Int) { failures = count }

    func claim(
        receivers: [String], limit: Int, leaseSeconds: Int, now: Instant
    ) throws -> [ClaimedMessage] {
        if failures > 0 {
            failures -= 1
            throw Unreachable()
        }
        claims += receivers.map { ($0, limit) }
        var seen: Set<String> = []
        var claimed: [ClaimedMessage] = []
        for index in rows.indices where rows[index].state == .waiting {
            let row = rows[index]
            let first = seen.insert("\(row.receiver)/\(row.notice.event.alertID)").inserted
            guard first, receivers.contains(row.receiver), row.dueAt <= now,
                row.lockedUntil.map({ $0 <= now }) ?? true, claimed.count < limit
            else { continue }
            claimCount += 1
            rows[index].claim = claimCount
            rows[index].lockedUntil = now.adding(seconds: Int64(leaseSeconds))
            claimed.append(
                ClaimedMessage(
                    ClaimedDelivery(
                        id: row.id, receiver: row.receiver, notice: row.notice,
                        attempts: row.attempts, createdAt: row.createdAt, claim: claimCount)))
        }
        return claimed
    }

    func settle(_ message: ClaimedMessage, _ attempt: DeliveryAttempt) -> Bool {
        var held = true
        for delivery in message.deliveries where !settle(delivery, attempt) { held = false }
        return held
    }

    private func settle(_ delivery: ClaimedDelivery, _ attempt: DeliveryAttempt) -> Bool {
        let index = Int(delivery.id) - 1
        guard rows[index].claim == delivery.claim, rows[index].state == .waiting else {
            refusedSettlements += 1
            return false
        }
        rows[index].tries.append(attempt)
        rows[index].lockedUntil = nil
        switch attempt.outcome {
        case .delivered:
            rows[index].attempts += 1
            rows[index].state = .delivered
        case .dead:
            rows[index].attempts += 1
            rows[index].state = .dead
        case .retry(let at):
            rows[index].attempts += 1
            rows[index].dueAt = at
        case .snooze(let until):
            rows[index].dueAt = until
        }
        return true
    }

    func nextDue(receivers: [String]) -> Instant? {
        var seen: Set<String> = []
        return rows.filter { row in
            row.state == .waiting && receivers.contains(row.receiver)
                && seen.insert("\(row.receiver)/\(row.notice.event.alertID)").inserted
        }
        .map { max($0.dueAt, $0.lockedUntil ?? $0.dueAt) }.min()
    }
}

/// A clock that stands still until it is moved.
final class ManualClock: Sendable {
    private let instant = Mutex(morning)

    var now: Instant { instant.withLock { $0 } }

    func advance(seconds: Double) {
        instant.withLock { $0.microseconds += Int64(seconds * 1_000_000) }
    }

    func advance(to later: Instant) {
        instant.withLock { $0 = max($0, later) }
    }
}

/// Sleeps that end when the test says so, or when the task is cancelled.
final class ManualSleep: Sendable {
    private struct State {
        var sleepers: [Int: AsyncStream<Void>.Continuation] = [:]
        var count = 0
    }

    /// The seconds of every sleep as it begins.
    let begun: AsyncStream<Double>
    private let report: AsyncStream<Double>.Continuation
    private let state = Mutex(State())

    init() {
        (begun, report) = AsyncStream.makeStream(of: Double.self)
    }

    @Sendable func rest(seconds: Double) async throws {
        let (stream, continuation) = AsyncStream.makeStream(of: Void.self)
        state.withLock { state in
            state.count += 1
            state.sleepers[state.count] = continuation
        }
        report.yield(seconds)
        for await _ in stream {}
        try Task.checkCancellation()
    }

    /// Ends every sleep that has begun.
    func endAll() {
        let sleepers = state.withLock { state in
            defer { state.sleepers = [:] }
            return Array(state.sleepers.values)
        }
        for sleeper in sleepers { sleeper.finish() }
    }
}
