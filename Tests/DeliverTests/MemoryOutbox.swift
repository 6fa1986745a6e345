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
        let group: String?
        let interval: Int64
        var reason: String?
        var dueAt: Instant
        var state = State.waiting
        var attempts = 0
        var claim: Int64 = 0
        var lockedUntil: Instant?
        var tries: [DeliveryAttempt] = []
        /// Whether a success of others brought it forward since it was tried by its schedule.
        var isForward = false
        var mayComeForward = false
    }

    struct Unreachable: Error {}

    private(set) var rows: [Row] = []
    private(set) var claims: [(receiver: String, limit: Int)] = []
    private(set) var refusedSettlements = 0
    private(set) var disabled: [String: (fingerprint: String, reason: String)] = [:]
    private var lastSent: [String: Instant] = [:]
    private var failing: Set<String> = []
    private var failures = 0
    private var claimCount: Int64 = 0

    func add(
        _ notice: AlertNotice, to receiver: String, at now: Instant, group: String? = nil,
        interval: Int64 = 0, reason: String? = nil
    ) {
        rows.append(
            Row(
                id: Int64(rows.count + 1), receiver: receiver, notice: notice, createdAt: now,
                group: group, interval: interval, reason: reason, dueAt: now))
    }

    func enable(_ receiver: String) { disabled[receiver] = nil }

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
        var claimed: [ClaimedMessage] = []
        for index in rows.indices where rows[index].receiver == receivers[0] {
            guard claimed.count < limit, isFree(rows[index], at: now), isHead(rows[index]) else {
                continue
            }
            let company = company(of: rows[index], at: now)
            let deliveries = company.map {
                take($0, until: now.adding(seconds: Int64(leaseSeconds)))
            }
            if let group = rows[index].group {
                if let message = ClaimedMessage(group: group, deliveries) {
                    claimed.append(message)
                }
            } else {
                claimed.append(ClaimedMessage(deliveries[0]))
            }
        }
        return claimed
    }

    private func take(_ index: Int, until: Instant) -> ClaimedDelivery {
        claimCount += 1
        rows[index].claim = claimCount
        rows[index].lockedUntil = until
        let row = rows[index]
        return ClaimedDelivery(
            id: row.id, receiver: row.receiver, notice: row.notice, attempts: row.attempts,
            createdAt: row.createdAt, claim: claimCount)
    }

    private func isFree(_ row: Row, at now: Instant) -> Bool {
        row.state == .waiting && due(row) <= now && row.lockedUntil.map { $0 <= now } ?? true
    }

    private func due(_ row: Row) -> Instant {
        guard row.attempts == 0, let group = row.group,
            let last = lastSent["\(row.receiver)/\(group)"]
        else { return row.dueAt }
        return max(row.dueAt, last.adding(seconds: row.interval))
    }

    /// Whether nothing of its receiver and episode waits before it.
    private func isHead(_ row: Row) -> Bool {
        !rows.contains { isOlder($0, than: row) }
    }

    private func isOlder(_ other: Row, than row: Row) -> Bool {
        other.state == .waiting && other.receiver == row.receiver
            && other.notice.event.alertID == row.notice.event.alertID
            && other.notice.event.sequence < row.notice.event.sequence
    }

    /// Who goes with a row: of its group what is due and was tried as often, if nothing that waits
    /// before it is left out.
    private func company(of row: Row, at now: Instant) -> [Int] {
        guard let group = row.group else { return [Int(row.id) - 1] }
        var taken: [Int] = []
        for (index, other) in rows.enumerated()
        where other.receiver == row.receiver && other.group == group
            && other.attempts == row.attempts && isFree(other, at: now)
        {
            let isWhole = rows.indices.allSatisfy {
                !isOlder(rows[$0], than: other) || taken.contains($0)
            }
            if isWhole { taken.append(index) }
        }
        return taken
    }

    func settle(_ message: ClaimedMessage, _ attempt: DeliveryAttempt) -> Bool {
        var held = true
        for delivery in message.deliveries {
            if settle(delivery, attempt) {
                fallBack(delivery, attempt)
            } else {
                held = false
            }
        }
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
            if let group = rows[index].group {
                lastSent["\(delivery.receiver)/\(group)"] = attempt.endedAt
            }
            if failing.remove(delivery.receiver) != nil {
                bringForward(delivery.receiver, at: attempt.endedAt)
            }
        case .dead:
            rows[index].attempts += 1
            rows[index].state = .dead
            failing.insert(delivery.receiver)
        case .retry(let at):
            rows[index].attempts += 1
            rows[index].dueAt = at
            rows[index].mayComeForward = !rows[index].isForward
            rows[index].isForward = false
            failing.insert(delivery.receiver)
        case .snooze(let until):
            rows[index].dueAt = until
            if attempt.error?.hasPrefix("not tried: ") != true {
                rows[index].mayComeForward = false
            }
        }
        return true
    }

    private func bringForward(_ receiver: String, at now: Instant) {
        for index in rows.indices
        where rows[index].receiver == receiver && rows[index].state == .waiting
            && rows[index].mayComeForward && rows[index].lockedUntil == nil
            && rows[index].dueAt > now
        {
            rows[index].dueAt = now
            rows[index].isForward = true
            rows[index].mayComeForward = false
        }
    }

    /// Once for an event and receiver, and never behind what the receiver knows already.
    private func fallBack(_ delivery: ClaimedDelivery, _ attempt: DeliveryAttempt) {
        let event = delivery.notice.event
        guard attempt.outcome == .dead, let heir = attempt.fallback,
            !rows.contains(where: { row in
                row.receiver == heir && row.notice.event.alertID == event.alertID
                    && (row.notice.event.id == event.id
                        || row.notice.event.sequence > event.sequence
                            && (row.state == .delivered || row.lockedUntil != nil))
            })
        else { return }
        add(
            delivery.notice, to: heir, at: attempt.endedAt, group: rows[Int(delivery.id) - 1].group,
            reason: "fallback_of:\(delivery.id)")
    }

    func nextDue(receivers: [String]) -> Instant? {
        rows.filter { $0.state == .waiting && receivers.contains($0.receiver) && isHead($0) }
            .map { max(due($0), $0.lockedUntil ?? $0.dueAt) }.min()
    }

    func disable(
        receiver: String, fingerprint: String, reason: String, at moment: Instant
    ) {
        disabled[receiver] = (fingerprint, reason)
    }

    func disabledReason(
        receiver: String, fingerprint: String, at moment: Instant
    ) -> String? {
        guard let known = disabled[receiver], known.fingerprint == fingerprint else {
            disabled[receiver] = nil
            return nil
        }
        return known.reason
    }
}

/// A clock that stands still until it is moved.
final class ManualClock: Sendable {
    private let instant = Mutex(morning)

    var now: Instant { instant.withLock { $0 } }

    func advance(seconds: Double) {
        instant.withLock { $0.microseconds += Int64(seconds * 1_000_000) }
    }

    func set(_ moment: Instant) { instant.withLock { $0 = moment } }

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
