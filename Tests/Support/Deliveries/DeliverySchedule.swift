import Alerting
import Labor

/// Random alerts, silences, failures and crashes from a seed, with a simulated clock.
package struct DeliverySchedule: Sendable {
    /// The seed; it reproduces a failure.
    package let seed: UInt64

    /// A schedule of a seed.
    package init(seed: UInt64) {
        self.seed = seed
    }

    /// The result of a run.
    package struct Outcome: Sendable {
        /// One line per step. Two conforming outboxes give the same record.
        package var record: [String]
        /// Violated guarantees; empty when there are none.
        package var complaints: [String]
    }

    /// Runs the schedule on an outbox, which may contain deliveries of other seeds.
    package func play(on store: any DeliveryStore) async throws -> Outcome {
        var play = Play(seed: seed, store: store)
        try await play.run()
        return Outcome(record: play.stage.record, complaints: try await play.complaints())
    }
}

/// The state of a running schedule.
private struct Play {
    private static let receivers = ["a", "b", "duty"]

    var stage: DeliveryStage
    private var random: SeededGenerator
    private var heard: [String: [Int]] = [:]
    private var orders = 0
    private var ended: Set<AlertID> = []
    private var endings: [(alert: AlertID, sequence: Int)] = []
    private var waitsForEver = false

    init(seed: UInt64, store: any DeliveryStore) {
        stage = DeliveryStage(
            store, at: DeliveryScenario.start.adding(seconds: Int64(seed)),
            receivers: Set(Play.receivers), prefix: "s\(seed)-", offset: Int(seed) * 10)
        random = SeededGenerator(seed: seed)
    }

    mutating func run() async throws {
        for _ in 0..<8 {
            var moves: [DeliveryStage.Move] = []
            for number in 1...3 where Bool.random(using: &random) {
                moves.append(move(number))
            }
            try await cycle(moves)
            if chance(4) { try await holdSome() }
            if chance(2) { try await releaseSome() }
            if chance(8) { try await stage.retry(pick(Play.receivers)) }
            for _ in 0..<Int.random(in: 0...2, using: &random) { try await deliver() }
            stage.pass(.random(in: 1...40_000, using: &random))
        }
        try await cycle(stage.open.keys.sorted().map { .init($0, .resolved) })
        for _ in 0..<400 {
            try await deliver()
            guard let due = try await stage.nextDue(Play.receivers) else {
                try await stage.look()
                return
            }
            stage.now = max(stage.now, due)
        }
        waitsForEver = true
    }

    private mutating func move(_ number: Int) -> DeliveryStage.Move {
        guard stage.open[number] != nil else { return .init(number, .raised) }
        let tier = pick([Tier.blue, .yellow, .orange, .red])
        return pick([
            .init(number, .confirmed), .init(number, .tierChanged, tier), .init(number, .resolved),
        ])
    }

    private mutating func cycle(_ moves: [DeliveryStage.Move]) async throws {
        for move in moves where move.what == .resolved {
            guard let episode = stage.open[move.number]?.episode else { continue }
            ended.insert(episode.id)
            endings.append((episode.id, episode.sequence + 1))
        }
        // A receiver without an order may still get the event as a fallback.
        let receivers = chance(4) ? ["a", "b"] : Play.receivers
        orders += moves.count * 2
        // The closure must not capture self, which is being mutated.
        var random = random
        let now = stage.now
        let clock =
            chance(3) ? now.adding(seconds: .random(in: 0...90_000, using: &self.random)) : nil
        try await stage.cycle(moves, to: receivers, clock: clock) { order in
            Play.decide(&order, at: now, &random)
        }
        self.random = random
    }

    private static func decide(
        _ order: inout DeliveryOrder, at now: Instant, _ random: inout SeededGenerator
    ) {
        order.group = [nil, "g", "h"].randomElement(using: &random) ?? nil
        if order.group != nil, Bool.random(using: &random) {
            order.groupInterval = 3_600
            if Bool.random(using: &random) {
                let from = now.adding(seconds: .random(in: 0...9_000, using: &random))
                order.quiet = QuietTime(
                    from: from, until: from.adding(seconds: .random(in: 1...40_000, using: &random))
                )
            }
        }
        if Int.random(in: 0..<4, using: &random) == 0 {
            order.notBefore = now.adding(seconds: .random(in: 1...90_000, using: &random))
        }
        switch Int.random(in: 0..<10, using: &random) {
        case 0..<3: order.suppressed = .silenced(by: 1)
        case 3: order.suppressed = .tierNotWanted
        default: if order.receiver == "duty" { order.suppressed = .tierNotWanted }
        }
    }

    private mutating func holdSome() async throws {
        try await stage.hold([pick(Play.receivers)], by: 1)
    }

    private mutating func releaseSome() async throws {
        let group = pick([nil, "g"])
        try await stage.release([pick(Play.receivers)]) { $0.group = group }
    }

    /// One round of each receiver's courier; some claims are never settled.
    private mutating func deliver() async throws {
        for receiver in Play.receivers {
            for message in try await stage.claim([receiver], limit: 5) {
                let fallback = receiver == "a" ? "duty" : nil
                switch Int.random(in: 0..<10, using: &random) {
                case 0: stage.lose()
                case 1, 2:
                    let later = stage.now.adding(seconds: .random(in: 1...9_000, using: &random))
                    try await stage.settle(.retry(at: later))
                case 3:
                    let later = stage.now.adding(seconds: .random(in: 1...9_000, using: &random))
                    try await stage.settle(.snooze(until: later), wasTried: chance(2))
                case 4: try await stage.settle(.dead, fallback: fallback)
                default:
                    try await stage.settle(.delivered)
                    for notice in message.message.notices {
                        heard["\(receiver) \(notice.event.alertID)", default: []].append(
                            notice.event.sequence)
                    }
                }
            }
        }
    }

    private mutating func chance(_ part: Int) -> Bool {
        Int.random(in: 0..<part, using: &random) == 0
    }

    private mutating func pick<Value>(_ values: [Value]) -> Value {
        values[Int.random(in: 0..<values.count, using: &random)]
    }

    // MARK: - Guarantees

    func complaints() async throws -> [String] {
        var complaints: [String] = []
        if waitsForEver { complaints.append("something waits for ever") }
        for (key, sequences) in heard.sorted(by: { $0.key < $1.key })
        where sequences != Set(sequences).sorted() {
            complaints.append("\(key) heard \(sequences)")
        }
        let rows = try await stage.snapshots()
        if Set(rows.map { "\($0.alertID) \($0.sequence) \($0.receiver)" }).count != rows.count {
            complaints.append("an event and receiver have two deliveries")
        }
        let ordered = rows.count { !$0.receiver.hasSuffix("-duty") }
        if ordered != orders { complaints.append("\(ordered) rows of \(orders) orders") }
        for row in rows {
            if row.state == .pending, !waitsForEver { complaints.append("\(row) waits") }
            if !row.state.mayBeKnown, row.reason == nil {
                complaints.append("\(row) has no reason")
            }
            if row.isHeld, ended.contains(row.alertID) { complaints.append("\(row) is held") }
        }
        return complaints + endComplaints(rows)
    }

    /// A receiver that got an event of an alert gets the end too, or the end is a dead letter.
    private func endComplaints(_ rows: [DeliverySnapshot]) -> [String] {
        var complaints: [String] = []
        for end in endings {
            func row(_ receiver: String) -> DeliverySnapshot? {
                rows.first {
                    $0.alertID == end.alert && $0.sequence == end.sequence
                        && $0.receiver.hasSuffix("-\(receiver)")
                }
            }
            for receiver in Play.receivers {
                let sequences = heard["\(receiver) \(end.alert)"] ?? []
                guard let first = sequences.first, first < end.sequence else { continue }
                // A receiver that was not configured at the end has no order for it.
                guard let own = row(receiver) else { continue }
                if own.state != .delivered, own.state != .dead {
                    complaints.append("\(receiver) never heard of the end \(end)")
                }
                guard receiver == "a", own.state == .dead, let heir = row("duty") else { continue }
                let isExcused =
                    heir.isHeld || heir.reason == .neverTold
                    || heir.reason?.isTemporary == true
                if heir.state != .delivered, heir.state != .dead, !isExcused {
                    complaints.append("the end \(end) died and nobody took it over")
                }
            }
        }
        return complaints
    }
}
