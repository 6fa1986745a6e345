import Alerting
import Labor
import Support
import Testing

@Suite struct DispatchTests {
    private func refusal(
        _ filter: ReceiverFilter, _ change: (inout AlertEvent) -> Void = { _ in },
        peak: Tier? = nil
    ) throws -> DeliveryReason? {
        var (episode, event) = try Bundle.raised()
        change(&event)
        episode.peakTier = peak ?? event.toTier
        let orders = Dispatch(receivers: [filter]).orders(
            for: [AlertNotice(event: event, texts: [:])], episodes: [episode.id: episode],
            in: RoutingInput(at: event.at, regionContext: RegionContext(regions: Texts.regions)))
        #expect(orders.map(\.receiver) == ["r"])
        #expect(orders.map(\.eventID) == [event.id])
        #expect(orders.map(\.alertID) == [episode.id])
        return orders.first?.suppressed
    }

    @Test(arguments: [
        (ReceiverFilter(name: "r"), DeliveryReason?.none),
        (ReceiverFilter(name: "r", tiers: [.orange, .red]), nil),
        (ReceiverFilter(name: "r", tiers: [.red]), .tierNotWanted),
        (ReceiverFilter(name: "r", tiers: [.blue]), .tierNotWanted),
        (ReceiverFilter(name: "r", kinds: [.layoff]), nil),
        (ReceiverFilter(name: "r", kinds: [.dispute]), .kindNotWanted),
        (ReceiverFilter(name: "r", regions: [RegionCode("540102")]), nil),
        (ReceiverFilter(name: "r", regions: [RegionCode("540000")]), nil),
        (ReceiverFilter(name: "r", regions: [RegionCode("110000")]), .regionNotWanted),
    ])
    func `a raising goes to whom wants its tier, kind and region`(
        filter: ReceiverFilter, refused: DeliveryReason?
    ) throws {
        #expect(try refusal(filter) == refused)
    }

    @Test func `a subject without a region goes only to receivers of all regions`() throws {
        let all = ReceiverFilter(name: "r")
        let some = ReceiverFilter(name: "r", regions: [RegionCode("540000")])
        #expect(try refusal(all, { $0.subject.regionCode = nil }) == nil)
        #expect(try refusal(some, { $0.subject.regionCode = nil }) == .regionNotWanted)
    }

    @Test func `a region that the table lacks is known by its own code`() throws {
        let park = RegionCode("park-9")
        let filter = ReceiverFilter(name: "r", regions: [park])
        #expect(try refusal(filter, { $0.subject.regionCode = park }) == nil)
    }

    @Test(
        arguments: [
            (
                tiers: Set([Tier.orange, .red]), now: Tier.blue, peak: Tier.orange,
                refused: DeliveryReason?.none
            ),
            (tiers: [.orange, .red], now: .blue, peak: .yellow, refused: .tierNotWanted),
            // Never yellow, as far as is known; if it was, the outbox knows who was told.
            (tiers: [.yellow], now: .red, peak: .red, refused: .tierNotWanted),
            (tiers: [.red], now: .blue, peak: .orange, refused: .tierNotWanted),
        ] as [(tiers: Set<Tier>, now: Tier, peak: Tier, refused: DeliveryReason?)])
    func `whom the highest tier was told hears of the end`(
        tiers: Set<Tier>, now: Tier, peak: Tier, refused: DeliveryReason?
    ) throws {
        let filter = ReceiverFilter(name: "r", tiers: tiers)
        let end: (inout AlertEvent) -> Void = {
            $0.what = .resolved
            $0.sequence = 5
            $0.fromTier = now
            $0.toTier = now
        }
        #expect(try refusal(filter, end, peak: peak) == refused)
    }

    @Test(arguments: 0..<200)
    func `who wants the tier now, before or at the highest hears the event, and no other`(seed: Int)
        throws
    {
        var random = SeededGenerator(seed: UInt64(seed))
        let machine = Bundle.machine()
        let receivers = (0..<4).map { number in
            ReceiverFilter(
                name: "r\(number)",
                tiers: Set(Tier.allCases.filter { _ in random.chance(40) }))
        }
        let dispatch = Dispatch(receivers: receivers)
        var open: [Episode] = []
        for day in 1...20 {
            let evaluation = Bundle.evaluation(
                day: day,
                findings: [
                    Bundle.finding(
                        Tier.allCases.randomElement(using: &random), holds: .blue, month: 10)
                ])
            let step = machine.advance(open, with: evaluation, at: Bundle.day(day))
            if let episode = step.episodes.first { open = [episode] }
            let orders = dispatch.orders(
                for: step.events.map { AlertNotice(event: $0, texts: [:]) },
                episodes: Dictionary(uniqueKeysWithValues: step.episodes.map { ($0.id, $0) }),
                in: RoutingInput(
                    at: Bundle.day(day), regionContext: RegionContext(regions: Texts.regions)))
            #expect(orders.count == step.events.count * receivers.count)
            for (order, place) in zip(
                orders, step.events.flatMap { event in receivers.map { (event, $0) } })
            {
                let (event, receiver) = place
                let tiers = [event.toTier, event.fromTier, open.first?.peakTier].compactMap(\.self)
                let isWanted =
                    receiver.tiers.isEmpty || tiers.contains(where: receiver.tiers.contains)
                #expect(order.receiver == receiver.name)
                #expect((order.suppressed == nil) == isWanted, "seed \(seed), day \(day)")
            }
        }
    }
}

/// Of what nobody can hear at a moment.
@Suite struct UnheardTests {
    private let episode = Town.episode("a", .orange, at: Bundle.day(3))

    private func isUnheard(
        _ receivers: [ReceiverFilter], _ routing: Routing = .everyone,
        silencing kind: AlertKind? = nil, besides others: [Episode] = [], at: Instant? = nil
    ) -> Bool {
        var silences: [Silence] = []
        if let kind {
            var matcher = SilenceMatcher()
            matcher.kind = kind
            silences = [
                Silence(
                    id: 1, matcher: matcher, startsAt: Bundle.day(1), endsAt: Bundle.day(9),
                    reason: "r", createdBy: "c")
            ]
        }
        return !Dispatch(receivers: receivers, routing: routing).unheard(
            [episode],
            in: RoutingInput(
                at: at ?? Bundle.day(4), regionContext: Town.regionContext,
                standing: others + [episode],
                silences: silences)
        ).isEmpty
    }

    @Test func `a silence, an inhibition and the night keep an alert from everybody`() throws {
        let chat = ReceiverFilter(name: "chat", groups: true)
        let file = ReceiverFilter(name: "file", isRecord: true)
        let reds = ReceiverFilter(name: "reds", tiers: [.red])
        #expect(!isUnheard([chat, file]))
        #expect(isUnheard([chat, file, reds], silencing: .layoff))
        #expect(!isUnheard([chat, file], silencing: .dispute))
        // Where nobody but a record listens there is nobody to be kept from it.
        #expect(!isUnheard([reds], silencing: .layoff))
        var source = AlertMatcher()
        source.tiers = [.red]
        let routing = Routing(
            inhibitions: [Inhibition(source: source, target: AlertMatcher(), equal: [.county])])
        let mass = Town.episode(
            "mass", .red, at: Bundle.day(3), kind: .massUnemployment,
            subject: Town.county("540102"))
        #expect(isUnheard([chat, file], routing, besides: [mass]))
        #expect(!isUnheard([file], routing, besides: [mass]))
        var night = ClockInterval.Span()
        night.times = [0..<450, 1_320..<1_440]
        var root = Route()
        root.settings.muteIntervals = ["nights"]
        let quiet = Routing(
            root: root, intervals: ["nights": ClockInterval(name: "nights", spans: [night])])
        #expect(try isUnheard([chat, file], quiet, at: Town.at("2026-11-02T23:10:00+08:00")))
        #expect(try !isUnheard([chat, file], quiet, at: Town.at("2026-11-02T12:10:00+08:00")))
    }
}
