package import Alerting
package import Labor

/// Simulates alerts, couriers and people on an outbox and records what each of them observes. Two
/// outboxes conform when they give the same record.
package struct DeliveryStage {
    /// The observations, one line per step.
    package private(set) var record: [String] = []
    /// The simulated time.
    package var now: Instant
    /// Claimed messages that are not settled, oldest first.
    package private(set) var claimed: [ClaimedMessage] = []
    /// The open alerts by the number of their enterprise.
    package private(set) var open: [Int: SampleAlert] = [:]
    /// The numbers of the enterprises by alert.
    private var numbers: [AlertID: Int] = [:]

    private let store: any DeliveryStore
    /// The receivers of this stage; deliveries of other receivers are ignored.
    private let receivers: Set<String>
    /// The prefix of the receivers' names in the outbox, so that several stages can share one.
    private let prefix: String
    /// The offset of the enterprises' numbers in the outbox, with the same purpose.
    private let offset: Int

    /// An empty stage at an instant.
    package init(
        _ store: any DeliveryStore, at start: Instant, receivers: Set<String>, prefix: String = "",
        offset: Int = 0
    ) {
        self.store = store
        self.receivers = receivers
        self.prefix = prefix
        self.offset = offset
        now = start
    }

    private var names: Set<String> { Set(receivers.map { prefix + $0 }) }

    // MARK: - Alerts

    /// One event of a cycle.
    package struct Move {
        var number: Int
        var what: AlertWhat
        var tier: Tier?

        /// An event of an enterprise's alert; the first event raises it.
        package init(_ number: Int, _ what: AlertWhat, _ tier: Tier? = nil) {
            self.number = number
            self.what = what
            self.tier = tier
        }
    }

    /// Writes one cycle.
    /// - Parameters:
    ///   - moves: the events.
    ///   - receivers: the receivers that get an order for each event.
    ///   - clock: the response deadline of the changed alerts.
    ///   - change: changes an order before it is written.
    package mutating func cycle(
        _ moves: [Move], to receivers: [String], clock: Instant? = nil, holds: [Hold] = [],
        releases: [Release] = [], change: (inout DeliveryOrder) -> Void = { _ in }
    ) async throws {
        var commit = DeliveryCommit(at: now)
        commit.holds = holds
        commit.releases = releases
        for move in moves {
            var alert = open[move.number] ?? SampleAlert(move.number + offset, from: now)
            var notice = alert.tell(move.what, tier: move.tier, at: now)
            if let clock, !move.what.endsEpisode { alert.setClock(clock) }
            notice.dueAt = alert.episode.nextClockAt
            commit.notices.append(notice)
            numbers[alert.episode.id] = move.number
            open[move.number] = move.what.endsEpisode ? nil : alert
            commit.episodes.removeAll { $0.id == alert.episode.id }
            commit.episodes.append(alert.episode)
        }
        for notice in commit.notices {
            for receiver in receivers {
                var order = DeliveryOrder(
                    eventID: notice.event.id, alertID: notice.event.alertID, receiver: receiver)
                change(&order)
                order.receiver = prefix + receiver
                commit.orders.append(order)
            }
        }
        try await store.commit(commit)
    }

    /// Holds the waiting deliveries of receivers, as a new silence does.
    package mutating func hold(_ chosen: [String], by silence: Int64) async throws {
        let waiting = try await waiting(chosen)
        try await cycle(
            [], to: [],
            holds: waiting.map { Hold(deliveryID: $0.deliveryID, reason: .silenced(by: silence)) })
        try await note("hold \(waiting.count)")
    }

    /// Releases the held deliveries of receivers.
    package mutating func release(
        _ chosen: [String], change: (inout Release) -> Void = { _ in }
    ) async throws {
        let held = try await held(chosen)
        try await cycle(
            [], to: [],
            releases: held.map {
                var release = Release(deliveryID: $0.deliveryID)
                change(&release)
                return release
            })
        try await note("release \(held.count)")
    }

    /// The held deliveries of receivers, ordered by number.
    package func held(_ chosen: [String]) async throws -> [HeldOrder] {
        let wanted = Set(chosen.map { prefix + $0 })
        return try await store.held().filter { wanted.contains($0.receiver) }
            .sorted { $0.deliveryID < $1.deliveryID }
    }

    /// The waiting deliveries of receivers.
    package func waiting(_ chosen: [String]) async throws -> [WaitingOrder] {
        let wanted = Set(chosen.map { prefix + $0 })
        return try await store.waiting().filter { wanted.contains($0.receiver) }
    }

    // MARK: - Couriers

    /// Claims for receivers, and records each message.
    @discardableResult
    package mutating func claim(
        _ chosen: [String], limit: Int = 50, lease: Int = 60
    ) async throws -> [ClaimedMessage] {
        let messages = try await store.claim(
            receivers: chosen.map { prefix + $0 }, limit: limit, leaseSeconds: lease, now: now)
        claimed += messages
        let words = messages.map { message in
            let who = name(message.deliveries[0].receiver)
            let group = message.message.group.map { " in \($0)" } ?? ""
            let told = message.message.notices.map(event).joined(separator: ", ")
            return "\(who)\(group) try \(message.attempts): \(told)"
        }
        record.append("claim " + (words.isEmpty ? "nothing" : words.joined(separator: " | ")))
        return messages
    }

    /// Settles the oldest claimed message.
    package mutating func settle(
        _ outcome: DeliveryAttempt.Outcome, fallback: String? = nil, wasTried: Bool = true
    ) async throws {
        guard !claimed.isEmpty else {
            record.append("nothing to settle")
            return
        }
        let message = claimed.removeFirst()
        let counts = try await store.settle(
            message,
            DeliveryAttempt(
                startedAt: now, endedAt: now, outcome: outcome, wasTried: wasTried,
                fallback: fallback.map { prefix + $0 }))
        record.append("\(outcome.word) \(counts ? "counts" : "is late")")
    }

    /// Forgets the oldest claimed message, as a killed courier does.
    package mutating func lose() {
        if !claimed.isEmpty { claimed.removeFirst() }
    }

    /// Records when the next delivery of receivers is due, in seconds from now.
    @discardableResult
    package mutating func nextDue(_ chosen: [String]) async throws -> Instant? {
        let due = try await store.nextDue(receivers: chosen.map { prefix + $0 })
        record.append("next " + (due.map { "\(Int($0.seconds(since: now)))" } ?? "never"))
        return due
    }

    /// Advances the simulated time.
    package mutating func pass(_ seconds: Int64) { now = now.adding(seconds: seconds) }

    // MARK: - People

    /// Makes the dead letters of a receiver pending again.
    package mutating func retry(_ receiver: String) async throws {
        let count = try await store.retry(receiver: prefix + receiver, now: now)
        record.append("retry \(count.retried), over \(count.over)")
    }

    /// Makes the failed deliveries of a receiver due at once.
    package mutating func bringForward(_ receiver: String) async throws {
        let count = try await store.bringForward(receiver: prefix + receiver, now: now)
        record.append("forward \(count)")
    }

    /// Drops the pending deliveries of a receiver.
    package mutating func drop(_ receiver: String) async throws {
        record.append("drop \(try await store.drop(receiver: prefix + receiver, now: now))")
    }

    /// Cancels every claim, as a new leader does.
    package mutating func releaseClaims() async throws {
        record.append("free \(try await store.releaseClaims())")
    }

    // MARK: - Observations

    /// Records every delivery.
    package mutating func look() async throws {
        let rows = try await store.snapshots(names)
        let byID = Dictionary(uniqueKeysWithValues: rows.map { ($0.id, $0) })
        for row in rows.sorted(by: isBefore) {
            var line = "\(place(row)) \(row.state.rawValue)"
            switch row.reason {
            case nil: break
            case .fallback(let id): line += " for \(byID[id].map(place) ?? "another")"
            case let reason?: line += " \(reason.rawValue)"
            }
            if row.isHeld { line += ", held" }
            if row.state == .pending, let group = row.group { line += " in \(group)" }
            record.append(line)
        }
    }

    /// The present state of every delivery.
    package func snapshots() async throws -> [DeliverySnapshot] {
        try await store.snapshots(names)
    }

    private mutating func note(_ line: String) async throws { record.append(line) }

    private func isBefore(_ one: DeliverySnapshot, _ other: DeliverySnapshot) -> Bool {
        (number(one.alertID), one.alertID.rawValue, one.sequence, one.receiver)
            < (number(other.alertID), other.alertID.rawValue, other.sequence, other.receiver)
    }

    private func place(_ row: DeliverySnapshot) -> String {
        "\(number(row.alertID))/\(row.sequence) \(name(row.receiver))"
    }

    private func event(_ notice: AlertNotice) -> String {
        let due = notice.dueAt.map { " due \(Int($0.seconds(since: now)))" } ?? ""
        return "\(number(notice.event.alertID)) \(notice.event.what.rawValue)\(due)"
    }

    private func number(_ alert: AlertID) -> Int { numbers[alert] ?? 0 }

    private func name(_ receiver: String) -> String { String(receiver.dropFirst(prefix.count)) }
}
