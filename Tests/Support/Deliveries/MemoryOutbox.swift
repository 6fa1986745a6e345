package import Alerting
package import Labor

/// An outbox in memory with the contract of the real one. The same values as in production decide
/// what happens to deliveries: `DeliveryPlan`, `Settlement` and `Delivery.sendTime`. The selection
/// of a claim is implemented here a second time; the conformance suite compares it with the SQL.
package actor MemoryOutbox: DeliveryStore {
    /// One delivery and its tries.
    package struct Row: Sendable {
        /// The delivery.
        package fileprivate(set) var delivery: Delivery<AlertID>
        /// The event with its texts.
        package let notice: AlertNotice
        /// The tries that counted.
        package fileprivate(set) var tries: [DeliveryAttempt] = []
        fileprivate var claim: Int64 = 0
        fileprivate var postponement = Postponement()

        /// The number in the outbox.
        package var id: Int64 { delivery.id ?? 0 }
        /// The name of the receiver.
        package var receiver: String { delivery.receiver }
        /// The state.
        package var state: DeliveryState { delivery.state }
        /// Why the delivery is not sent, or which delivery it replaces as a fallback.
        package var reason: DeliveryReason? { delivery.reason }
        /// The number of tries that counted.
        package var attempts: Int { delivery.attempts }
        /// When the courier's claim lapses.
        package var lockedUntil: Instant? { delivery.lockedUntil }
    }

    /// The error of a store that does not answer.
    package struct Unreachable: Error {
        package init() {}
    }

    /// Every delivery, ordered by number, from 1.
    package private(set) var rows: [Row] = []
    /// The arguments of every call of `claim`.
    package private(set) var claims: [(receiver: String, limit: Int)] = []
    /// The number of results that came after their claim had lapsed.
    package private(set) var refusedSettlements = 0
    /// The disabled receivers.
    package private(set) var disabled: [String: (fingerprint: String, reason: String)] = [:]
    private(set) var ended: Set<AlertID> = []
    private var lastSent: [DeliveryGroup: Instant] = [:]
    private var failing: Set<String> = []
    private var failures = 0
    private var claimCount: Int64 = 0

    /// An empty outbox.
    package init() {}

    /// Makes the next calls of `claim` fail.
    package func failNext(_ count: Int) { failures = count }

    /// Orders one delivery of one event.
    package func add(
        _ notice: AlertNotice, to receiver: String, at now: Instant, group: String? = nil,
        interval: Int64? = nil
    ) {
        let order = DeliveryOrder(
            eventID: notice.event.id, alertID: notice.event.alertID, receiver: receiver,
            group: group, notBefore: now, groupInterval: interval)
        var commit = DeliveryCommit(at: now)
        commit.notices = [notice]
        commit.orders = [order]
        self.commit(commit)
    }

    // MARK: - Writing

    package func commit(_ commit: DeliveryCommit) {
        let notices = Dictionary(
            commit.notices.map { ($0.event.id, $0) }, uniquingKeysWith: { _, last in last })
        for notice in commit.notices where notice.event.what.endsEpisode {
            ended.insert(notice.event.alertID)
        }
        let clocks = commit.episodes.filter(\.state.isOpen).compactMap { episode in
            episode.nextClockAt.map { (episode.id, $0) }
        }
        let fresh = commit.orders.filter { order in
            !rows.contains {
                $0.delivery.eventID == order.eventID && $0.receiver == order.receiver
            }
        }
        decide(notices) { plan in
            _ = plan.apply(
                DeliveryRequests(
                    orders: fresh.compactMap { order in
                        notices[order.eventID].map {
                            Delivery(order, of: $0.event, dueAt: $0.dueAt)
                        }
                    }, holds: commit.holds, releases: commit.releases,
                    clocks: Dictionary(clocks, uniquingKeysWith: { _, last in last })))
        }
    }

    /// Lets the plan decide, and stores the result.
    private func decide(
        _ notices: [String: AlertNotice] = [:], _ body: (inout DeliveryPlan<AlertID>) -> Void
    ) {
        let known = rows.map { row in
            var delivery = row.delivery
            delivery.groupSentAt = groupSentAt(delivery)
            return delivery
        }
        var plan = DeliveryPlan(known, ended: ended, sent: lastSent)
        body(&plan)
        for (index, delivery) in plan.deliveries.enumerated() {
            guard index >= rows.count else {
                rows[index].delivery = delivery
                continue
            }
            let notice =
                notices[delivery.eventID]
                ?? rows.first { $0.delivery.eventID == delivery.eventID }?.notice
            guard let notice else { continue }
            var row = Row(delivery: delivery, notice: notice)
            row.delivery.id = Int64(rows.count + 1)
            rows.append(row)
        }
    }

    private func groupSentAt(_ delivery: Delivery<AlertID>) -> Instant? {
        delivery.grouping.group.flatMap {
            lastSent[DeliveryGroup(receiver: delivery.receiver, name: $0)]
        }
    }

    // MARK: - Claiming

    package func claim(
        receivers: [String], limit: Int, leaseSeconds: Int, now: Instant
    ) throws -> [ClaimedMessage] {
        if failures > 0 {
            failures -= 1
            throw Unreachable()
        }
        claims += receivers.map { ($0, limit) }
        guard limit > 0 else { return [] }
        var groups: [Int] = []
        var taken: [Int] = []
        var single: [Int] = []
        for receiver in receivers {
            let pending = pending(receiver)
            let due = heads(of: pending).filter { isDue(rows[$0].delivery, at: now) }
            single += due.filter { rows[$0].delivery.grouping.group == nil }
            let grouped = due.filter {
                rows[$0].delivery.grouping.group != nil && sendTime(rows[$0].delivery) <= now
            }
            // The delivery of a group that has been due longest; its group forms the message.
            let first = grouped.min { order(rows[$0], rows[$1], by: \.delivery.nextAttemptAt) }
            guard let first, groups.count < limit else { continue }
            groups.append(first)
            taken += members(of: rows[first].delivery, among: pending, at: now)
        }
        taken += single.sorted { order(rows[$0], rows[$1], by: \.delivery.nextAttemptAt) }
            .prefix(limit - groups.count)
        let until = now.adding(seconds: Int64(leaseSeconds))
        return ClaimedMessage.combining(
            taken.sorted(by: isSooner).map { (rows[$0].delivery.grouping.group, take($0, until)) })
    }

    /// The message of a group's head: deliveries with the same number of tries that are due or
    /// untried. An event is left out if an earlier event of its alert is left out.
    private func members(
        of head: Delivery<AlertID>, among pending: [Int], at now: Instant
    ) -> [Int] {
        var whole: [Int] = []
        var leftOut: Set<AlertID> = []
        for index in pending.sorted(by: {
            rows[$0].delivery.sequence < rows[$1].delivery.sequence
        }) {
            let delivery = rows[index].delivery
            let joins =
                delivery.grouping.group == head.grouping.group
                && delivery.attempts == head.attempts && !delivery.isClaimed(at: now)
                && (delivery.nextAttemptAt <= now
                    || delivery.attempts == 0 && delivery.createdAt <= now)
            if joins, !leftOut.contains(delivery.unit) {
                whole.append(index)
            } else {
                leftOut.insert(delivery.unit)
            }
        }
        return whole
    }

    private func isDue(_ delivery: Delivery<AlertID>, at now: Instant) -> Bool {
        delivery.nextAttemptAt <= now && !delivery.isClaimed(at: now)
    }

    private func sendTime(_ delivery: Delivery<AlertID>) -> Instant {
        var delivery = delivery
        delivery.groupSentAt = groupSentAt(delivery)
        return delivery.sendTime
    }

    /// The pending deliveries of a receiver.
    private func pending(_ receiver: String) -> [Int] {
        rows.indices.filter {
            rows[$0].delivery.state == .pending && rows[$0].delivery.receiver == receiver
        }
    }

    /// The first pending delivery of each alert; the others wait for it.
    private func heads(of pending: [Int]) -> [Int] {
        var heads: [AlertID: Int] = [:]
        for index in pending {
            let unit = rows[index].delivery.unit
            if let known = heads[unit],
                rows[known].delivery.sequence <= rows[index].delivery.sequence
            {
                continue
            }
            heads[unit] = index
        }
        return Array(heads.values)
    }

    private func order(_ one: Row, _ other: Row, by moment: KeyPath<Row, Instant>) -> Bool {
        (one[keyPath: moment], one.id) < (other[keyPath: moment], other.id)
    }

    private func isSooner(_ one: Int, _ other: Int) -> Bool {
        func key(_ row: Row) -> (Instant, Int, Int64) {
            row.delivery.grouping.group == nil
                ? (row.delivery.nextAttemptAt, 0, row.id)
                : (row.delivery.createdAt, row.delivery.sequence, row.id)
        }
        return key(rows[one]) < key(rows[other])
    }

    private func take(_ index: Int, _ until: Instant) -> ClaimedDelivery {
        claimCount += 1
        rows[index].claim = claimCount
        rows[index].delivery.lockedUntil = until
        let row = rows[index]
        var notice = row.notice
        notice.dueAt = row.delivery.dueAt
        return ClaimedDelivery(
            id: row.id, receiver: row.receiver, notice: notice, attempts: row.attempts,
            createdAt: row.delivery.createdAt, claim: claimCount, postponement: row.postponement)
    }

    package func nextDue(receivers: [String]) -> Instant? {
        receivers.flatMap { heads(of: pending($0)) }.map { index in
            let time = sendTime(rows[index].delivery)
            return rows[index].lockedUntil.map { max(time, $0) } ?? time
        }.min()
    }

    package func releaseClaims() -> Int {
        let claimed = rows.indices.filter {
            rows[$0].state == .pending && rows[$0].lockedUntil != nil
        }
        for index in claimed { free(index) }
        return claimed.count
    }

    private func free(_ index: Int) {
        rows[index].delivery.lockedUntil = nil
        rows[index].claim = 0
    }

    // MARK: - Settling

    package func settle(_ message: ClaimedMessage, _ attempt: DeliveryAttempt) -> Bool {
        let moved = message.deliveries.filter { settle($0, attempt) }
        if let receiver = moved.first?.receiver {
            switch attempt.outcome {
            case .delivered:
                if failing.remove(receiver) != nil {
                    _ = bringForward(receiver: receiver, now: attempt.endedAt)
                }
            case .retry, .dead: failing.insert(receiver)
            case .snooze: break
            }
        }
        if attempt.outcome == .dead, let fallback = attempt.fallback {
            decide { $0.fallBack(moved.map(\.id), to: fallback, at: attempt.endedAt) }
        }
        refusedSettlements += message.deliveries.count - moved.count
        return moved.count == message.deliveries.count
    }

    private func settle(_ claimed: ClaimedDelivery, _ attempt: DeliveryAttempt) -> Bool {
        let index = Int(claimed.id) - 1
        guard rows[index].claim == claimed.claim, rows[index].state == .pending else {
            return false
        }
        let settlement = Settlement(of: claimed, by: attempt)
        rows[index].tries.append(attempt)
        free(index)
        rows[index].postponement = settlement.postponement
        rows[index].delivery.state = settlement.state
        rows[index].delivery.attempts = settlement.attempts
        rows[index].delivery.finishedAt = settlement.finishedAt
        if let next = settlement.nextAttemptAt { rows[index].delivery.nextAttemptAt = next }
        if settlement.state == .delivered, let group = rows[index].delivery.grouping.group {
            let key = DeliveryGroup(receiver: claimed.receiver, name: group)
            lastSent[key] = max(lastSent[key] ?? attempt.endedAt, attempt.endedAt)
        }
        return true
    }

    package func bringForward(receiver: String, now: Instant) -> Int {
        let places = rows.indices.filter { index in
            let row = rows[index]
            return row.receiver == receiver && row.state == .pending && row.attempts > 0
                && row.postponement.mayComeForward && row.lockedUntil == nil
                && row.delivery.nextAttemptAt > now
        }
        for index in places { rows[index].delivery.nextAttemptAt = now }
        return places.count
    }

    // MARK: - Requests of people

    package func retry(receiver: String?, now: Instant) -> (retried: Int, over: Int) {
        let dead = rows.filter {
            $0.state == .dead && (receiver == nil || $0.receiver == receiver)
        }
        var count = (retried: 0, over: 0)
        decide { plan in
            let revived = plan.revive(dead.map(\.id), includesPending: false, at: now)
            count = (revived.revived, revived.overtaken)
        }
        return count
    }

    package func drop(receiver: String, now: Instant) -> Int {
        let places = rows.indices.filter {
            rows[$0].receiver == receiver && rows[$0].state == .pending
        }
        for index in places {
            free(index)
            rows[index].delivery.state = .dropped
            rows[index].delivery.reason = .receiverRemoved
            rows[index].delivery.finishedAt = now
        }
        return places.count
    }

    package func disable(
        receiver: String, fingerprint: String, reason: String, at moment: Instant
    ) {
        disabled[receiver] = (fingerprint, reason)
    }

    package func disabledReason(
        receiver: String, fingerprint: String, at moment: Instant
    ) -> String? {
        guard let known = disabled[receiver] else { return nil }
        if known.fingerprint == fingerprint { return known.reason }
        _ = enable(receiver: receiver, now: moment)
        return nil
    }

    package func enable(receiver: String, now: Instant) -> Bool {
        guard disabled.removeValue(forKey: receiver) != nil else { return false }
        _ = bringForward(receiver: receiver, now: now)
        return true
    }
}
