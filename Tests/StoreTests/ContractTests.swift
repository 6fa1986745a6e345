import Alerting
import Labor
import Store
import Support
import Testing

/// The contract of delivery on the real store: cycles, silences, failures and crashes as a seed
/// wills, on a clock that the test moves.
@Suite(.timeLimit(.minutes(10))) struct ContractTests {
    /// Two hundred schedules, ten to a database; a seed that fails is named.
    @Test(arguments: 0..<20)
    func `who was told of a raising is told of its end, in order, and the rest has a reason`(
        block: UInt64
    ) async throws {
        try await withStore { bench in
            let lease = try await bench.lease()
            for seed in block * 10..<block * 10 + 10 {
                var play = Play(seed: seed, bench: bench, lease: lease)
                try await play.run()
                try await play.check()
            }
        }
    }
}

/// One seed's episodes and receivers.
private struct Play {
    let seed: UInt64
    let bench: Bench
    let lease: Lease
    let receivers: [String]
    let duty: String
    var random: SeededGenerator
    var open: [Int: Story] = [:]
    var ended: Set<AlertID> = []
    var events: [AlertNotice] = []
    var heard: [String: [Int]] = [:]
    var now = noon(0)

    init(seed: UInt64, bench: Bench, lease: Lease) {
        self.seed = seed
        self.bench = bench
        self.lease = lease
        receivers = ["a\(seed)", "b\(seed)"]
        duty = "duty\(seed)"
        random = SeededGenerator(seed: seed)
    }

    mutating func run() async throws {
        for day in 0..<8 {
            now = max(now, noon(day))
            try await cycle(day)
            for _ in 0..<Int.random(in: 0...2, using: &random) { try await deliver() }
            now = now.adding(seconds: .random(in: 1...40_000, using: &random))
        }
        for number in open.keys.sorted() { try await commit([number: .resolved], day: 9) }
        now = max(now, noon(9))
        for _ in 0..<400 {
            try await deliver()
            let due = try await bench.store.nextDue(receivers: receivers + [duty])
            guard let due else { return }
            now = max(now, due)
        }
        Issue.record("seed \(seed): something waits for ever")
    }

    /// Some episodes begin, move or end.
    private mutating func cycle(_ day: Int) async throws {
        var moves: [Int: AlertWhat] = [:]
        for number in 1...3 where Bool.random(using: &random) {
            let story = Int(seed) * 10 + number
            moves[story] =
                open[story] == nil
                ? .raised
                : [.confirmed, .tierChanged, .resolved].randomElement(using: &random)
        }
        try await commit(moves, day: day)
    }

    private mutating func commit(_ moves: [Int: AlertWhat], day: Int) async throws {
        var stories: [Story] = []
        for (number, what) in moves.sorted(by: { $0.key < $1.key }) {
            var story = open[number] ?? Story(number)
            if what == .raised {
                story.episode.id = AlertID(
                    story.episode.key, firstAsOf: noon(day).adding(seconds: Int64(seed)))
            }
            let next = story.told(what, on: day)
            stories.append(next)
            events += next.notices
            if what == .resolved { ended.insert(next.episode.id) }
            open[number] = what == .resolved ? nil : next.written
        }
        var record = cycleRecord(stories, receivers + [duty], asOf: noon(day))
        for index in record.orders.indices { decide(&record.orders[index]) }
        let held = try await bench.store.recall().held
        let mine = Set(receivers + [duty])
        for order in held where mine.contains(order.receiver) && Bool.random(using: &random) {
            record.releases.append(
                Release(
                    deliveryID: order.deliveryID,
                    group: [nil, "g"].randomElement(using: &random) ?? nil))
        }
        for order in try await bench.store.recall().waiting
        where mine.contains(order.receiver) && Bool.random(using: &random) {
            record.holds.append(Hold(deliveryID: order.deliveryID, reason: "silenced:1"))
        }
        try await bench.store.commit(record, under: lease)
    }

    private mutating func decide(_ order: inout DeliveryOrder) {
        order.group = [nil, "g", "h"].randomElement(using: &random) ?? nil
        order.groupInterval = [nil, 3_600].randomElement(using: &random) ?? nil
        if Int.random(in: 0..<4, using: &random) == 0 {
            order.notBefore = now.adding(seconds: .random(in: 1...90_000, using: &random))
        }
        let isDuty = order.receiver == duty
        switch Int.random(in: 0..<10, using: &random) {
        case 0..<3:
            order.suppressed = "silenced:1"
            order.isHeld = true
        case 3: order.suppressed = "tier_not_wanted"
        default: if isDuty { order.suppressed = "tier_not_wanted" }
        }
    }

    /// One look of each receiver at the outbox; some claims are never settled.
    private mutating func deliver() async throws {
        for receiver in receivers + [duty] {
            let messages = try await bench.store.claim(
                receivers: [receiver], limit: 5, leaseSeconds: 60, now: now)
            for message in messages {
                let fallback = receiver == receivers[0] ? duty : nil
                switch Int.random(in: 0..<8, using: &random) {
                case 0: break
                case 1:
                    let later = now.adding(seconds: .random(in: 1...9_000, using: &random))
                    #expect(try await bench.settle(message, .retry(at: later), now))
                case 2:
                    #expect(try await bench.settle(message, .dead, now, fallback: fallback))
                default:
                    #expect(try await bench.settle(message, .delivered, now))
                    for notice in message.message.notices {
                        heard["\(receiver) \(notice.event.alertID)", default: []].append(
                            notice.event.sequence)
                    }
                }
            }
        }
    }

    func check() async throws {
        for (key, sequences) in heard {
            #expect(sequences == sequences.sorted(), "seed \(seed): \(key) heard \(sequences)")
            #expect(Set(sequences).count == sequences.count, "seed \(seed): \(key) heard twice")
        }
        var filter = DeliveryFilter()
        filter.receivers = Set(receivers + [duty])
        filter.limit = AlertFilter.limitMax
        let rows = try await bench.store.deliveries(filter)
        let byPlace = Dictionary(
            rows.map { ("\($0.receiver) \($0.eventID)", $0) }, uniquingKeysWith: { one, _ in one })
        for notice in events {
            for receiver in receivers + [duty] {
                let row = byPlace["\(receiver) \(notice.event.id)"]
                #expect(row != nil, "seed \(seed): no row for \(receiver)")
                guard let row else { continue }
                switch row.state {
                case .pending: Issue.record("seed \(seed): \(row.id) waits")
                case .delivered: break
                case .suppressed, .dropped: #expect(row.reason != nil, "seed \(seed)")
                case .dead: #expect(row.finishedAt != nil, "seed \(seed)")
                }
                #expect(!row.isHeld || !ended.contains(row.alertID), "seed \(seed): \(row.id)")
            }
        }
        checkEnds(byPlace)
    }

    /// Whoever has heard of an episode hears of its end, or the end is a dead letter.
    private func checkEnds(_ rows: [String: DeliveryRecord]) {
        for notice in events where notice.event.what == .resolved {
            for receiver in receivers + [duty] {
                let sequences = heard["\(receiver) \(notice.event.alertID)"] ?? []
                guard let first = sequences.first, first < notice.event.sequence else { continue }
                let state = rows["\(receiver) \(notice.event.id)"]?.state
                #expect(
                    state == .delivered || state == .dead,
                    "seed \(seed): \(receiver) never heard of the end, it is \(state as Any)")
                guard receiver == receivers[0], state == .dead else { continue }
                let heir = rows["\(duty) \(notice.event.id)"]
                #expect(
                    heir?.state == .delivered || heir?.state == .dead || heir?.isHeld == true
                        || heir?.reason == "never_told"
                        || heir?.reason?.hasPrefix("silenced") == true,
                    "seed \(seed): the end died and nobody took it over")
            }
        }
    }
}
