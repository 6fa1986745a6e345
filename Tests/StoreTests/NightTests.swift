import Alerting
import Labor
import Store
import Support
import Testing

/// Routing and outbox together through days and nights: a red is told within minutes whatever waits
/// before it, everything else of the night in the morning, and every end to whoever heard the alert.
@Suite(.timeLimit(.minutes(20))) struct NightTests {
    @Test(arguments: 0..<8 as Range<UInt64>)
    func `nights are quiet but for red, which nothing delays, and ends are heard`(seed: UInt64)
        async throws
    {
        try await withStore { bench in
            var nights = Nights(seed: seed, bench: bench, lease: try await bench.lease())
            try await nights.run()
            try nights.check()
        }
    }
}

private struct Nights {
    struct Telling {
        var receiver: String
        var event: AlertEvent
        var at: Instant
    }

    static let receivers = ["chat", "hook"]
    /// A group's wait and interval: how late a message may be.
    static let companySeconds: Double = 30 + 300

    let seed: UInt64
    let bench: Bench
    let lease: Lease
    let dispatch: Dispatch
    var random: SeededGenerator
    var now = noon(0)
    var open: [Int: Story] = [:]
    var events: [AlertEvent] = []
    var suppressed: Set<String> = []
    var told: [Telling] = []

    init(seed: UInt64, bench: Bench, lease: Lease) {
        self.seed = seed
        self.bench = bench
        self.lease = lease
        random = SeededGenerator(seed: seed)
        var night = ClockInterval.Span()
        night.times = [0..<450, 1_320..<1_440]
        var red = Route(name: "red")
        red.matcher.tiers = [.red]
        var byDay = Route(name: "by_day")
        byDay.settings.muteIntervals = ["nights"]
        dispatch = Dispatch(
            receivers: [
                ReceiverFilter(name: "chat", groups: true), ReceiverFilter(name: "hook"),
            ],
            routing: Routing(
                root: Route(routes: [red, byDay]),
                intervals: ["nights": ClockInterval(name: "nights", spans: [night])]))
    }

    mutating func run() async throws {
        for _ in 0..<70 {
            var moves: [Int: AlertWhat] = [:]
            for number in 1...5 where Int.random(in: 0..<3, using: &random) == 0 {
                moves[number] =
                    open[number] == nil
                    ? .raised : [.tierChanged, .resolved].randomElement(using: &random)
            }
            try await silence()
            try await cycle(moves)
            let next = nextStep()
            try await deliver(until: next)
            now = next
        }
        try await cycle(open.mapValues { _ in .resolved })
        try await deliver(until: now.adding(seconds: 2 * 86_400))
    }

    /// Hours later, or soon in the last minutes before the night, when groups still keep their
    /// distance.
    private mutating func nextStep() -> Instant {
        let day = Zone.shanghai.day(now).start(offsetSeconds: 8 * 3_600)
        let evening = day.adding(seconds: 1_316 * 60)
        let soon = now.adding(seconds: .random(in: 5...100, using: &random))
        if now >= evening, soon < day.adding(seconds: 1_320 * 60) { return soon }
        let later = now.adding(seconds: .random(in: 5...15_000, using: &random))
        return now < evening && evening < later ? evening : later
    }

    private mutating func silence() async throws {
        guard Int.random(in: 0..<8, using: &random) == 0 else { return }
        var matcher = SilenceMatcher()
        matcher.kind = .layoff
        matcher.tierMax = [.blue, .yellow, .orange].randomElement(using: &random) ?? .blue
        _ = try await bench.store.addSilence(
            matcher, from: now, to: now.adding(seconds: .random(in: 60...40_000, using: &random)),
            reason: "r", by: "c", now: now)
    }

    private mutating func cycle(_ moves: [Int: AlertWhat]) async throws {
        var stories: [Story] = []
        for (number, what) in moves.sorted(by: { $0.key < $1.key }) {
            let story = move(number, what)
            stories.append(story)
            open[number] = what == .resolved ? nil : story.written
        }
        let memory = try await bench.store.recall()
        let situation = RoutingInput(
            at: now, regionContext: RegionContext(regions: RegionTree([])), before: memory.open,
            standing: open.values.map(\.episode), silences: memory.silences)
        let notices = stories.flatMap(\.notices)
        events += notices.map(\.event)
        let orders = dispatch.orders(
            for: notices,
            episodes: Dictionary(uniqueKeysWithValues: stories.map { ($0.episode.id, $0.episode) }),
            in: situation)
        var record = cycleRecord(stories, asOf: now)
        record.orders = orders
        record.releases = dispatch.releases(of: memory.held, besides: orders, in: situation)
        record.holds = dispatch.holds(of: memory.waiting, in: situation)
        try await bench.store.commit(record, under: lease)
    }

    private mutating func move(_ number: Int, _ what: AlertWhat) -> Story {
        var story = open[number] ?? Story(number)
        let from = story.episode.tier
        let tier = what == .resolved ? from : Tier.allCases.randomElement(using: &random) ?? .blue
        if what == .raised {
            story.episode.id = AlertID(story.episode.key, firstAsOf: now)
            story.episode.firstRaisedAt = now
            story.episode.peakTier = .blue
        }
        story = story.told(what)
        story.episode.tier = tier
        story.episode.peakTier = max(story.episode.peakTier, tier)
        story.episode.lastEventAt = now
        story.episode.asOf = now
        if what == .resolved { story.episode.resolvedAt = now }
        story.notices[0].event.at = now
        story.notices[0].event.asOf = now
        story.notices[0].event.toTier = tier
        return story
    }

    private mutating func deliver(until end: Instant) async throws {
        var moment = now
        while let due = try await bench.store.nextDue(receivers: Self.receivers), due < end {
            moment = max(moment, due)
            let messages = try await bench.messages(Self.receivers, at: moment)
            if messages.isEmpty {
                Issue.record("seed \(seed): due since \(due), but not to be had at \(moment)")
                return
            }
            for message in messages {
                #expect(try await bench.settle(message, .delivered, moment))
                told += message.deliveries.map {
                    Telling(receiver: $0.receiver, event: $0.notice.event, at: moment)
                }
            }
        }
    }

    func check() throws {
        #expect(told.contains { isNight($0.at) }, "seed \(seed): no night was tried")
        for telling in told where telling.event.toTier != .red && isNight(telling.at) {
            let red = told.contains {
                $0.receiver == telling.receiver && $0.event.alertID == telling.event.alertID
                    && $0.event.toTier == .red && $0.at == telling.at
            }
            #expect(red, "seed \(seed): \(telling) breaks the quiet")
        }
        for event in events {
            for receiver in Self.receivers {
                let heard = told.filter {
                    $0.receiver == receiver && $0.event.alertID == event.alertID
                }
                let own = heard.first { $0.event.id == event.id }
                if event.toTier == .red, event.what != .resolved, own != nil || !fell(event) {
                    let late = own.map { $0.at.seconds(since: event.at) }
                    #expect(
                        late.map { $0 <= Self.companySeconds } ?? false,
                        "seed \(seed): a red is told to \(receiver) after \(late as Any) s")
                }
                if event.what == .resolved, heard.contains(where: { $0.event.id != event.id }) {
                    #expect(own != nil, "seed \(seed): \(receiver) never heard of the end")
                }
            }
        }
    }

    /// Whether a red fell before its group's time came: a silence of what it is now holds it.
    private func fell(_ red: AlertEvent) -> Bool {
        events.contains {
            $0.alertID == red.alertID && $0.sequence > red.sequence && $0.toTier != .red
                && $0.at.seconds(since: red.at) < Self.companySeconds
        }
    }

    private func isNight(_ moment: Instant) -> Bool {
        let day = Zone.shanghai.day(moment)
        let seconds = moment.seconds(since: day.start(offsetSeconds: 8 * 3_600))
        return seconds < 450 * 60 || seconds >= 1_320 * 60
    }
}
