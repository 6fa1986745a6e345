import Alerting
import Labor
import Testing

/// Every transition in the table of `DeliveryPlan`. A unit is a number here, because the plan only
/// compares units.
@Suite struct DeliveryPlanTests {
    static let noon = Instant(seconds: 1_793_880_000)

    static func delivery(
        _ id: Int64?, _ sequence: Int = 1, to receiver: String = "r", unit: Int = 1,
        state: DeliveryState = .pending, reason: DeliveryReason? = nil, isHeld: Bool = false
    ) -> Delivery<Int> {
        Delivery(
            id: id, eventID: "\(unit)-\(sequence)", unit: unit, sequence: sequence,
            receiver: receiver, state: state, reason: reason, isHeld: isHeld, createdAt: noon,
            nextAttemptAt: noon, finishedAt: state == .pending ? nil : noon)
    }

    /// A delivery in the notation of the tables below.
    static func words(_ delivery: Delivery<Int>?) -> String {
        guard let delivery else { return "nothing" }
        let parts: [String?] = [
            delivery.isWaiting ? "waiting" : delivery.isHeld ? "held" : delivery.state.rawValue,
            delivery.isOwed ? "owed" : nil, delivery.reason?.rawValue,
        ]
        return parts.compactMap(\.self).joined(separator: " ")
    }

    /// The kinds of deliveries before an event.
    enum Before: String, CaseIterable {
        case waiting, tried, claimed, held, refused, muted, delivered, dead, dropped

        var delivery: Delivery<Int> {
            var delivery = DeliveryPlanTests.delivery(1)
            switch self {
            case .waiting: break
            case .tried: delivery.attempts = 1
            case .claimed: delivery.lockedUntil = DeliveryPlanTests.noon.adding(seconds: 60)
            case .held:
                delivery.state = .suppressed
                delivery.reason = .silenced(by: 3)
                delivery.isHeld = true
            case .refused:
                delivery.state = .suppressed
                delivery.reason = .tierNotWanted
            case .muted:
                delivery.state = .suppressed
                delivery.reason = .silenced(by: 3)
            case .delivered: delivery.state = .delivered
            case .dead: delivery.state = .dead
            case .dropped:
                delivery.state = .dropped
                delivery.reason = .receiverRemoved
            }
            if delivery.state != .pending { delivery.finishedAt = DeliveryPlanTests.noon }
            return delivery
        }
    }

    /// The events of the table.
    enum Happening: String, CaseIterable {
        case hold, release, takeOver, revive, bringToday, earlierIsOwed, laterIsTold, unitEnds

        func plan(_ delivery: Delivery<Int>) -> DeliveryPlan<Int> {
            let noon = DeliveryPlanTests.noon
            var deliveries = [delivery]
            var ended: Set<Int> = []
            switch self {
            case .takeOver:
                deliveries.append(DeliveryPlanTests.delivery(9, to: "x", state: .dead))
            case .earlierIsOwed:
                var earlier = DeliveryPlanTests.delivery(
                    8, 0, state: .suppressed, reason: .silenced(by: 3), isHeld: true)
                earlier.isOwed = true
                deliveries.append(earlier)
            case .laterIsTold: deliveries.append(DeliveryPlanTests.delivery(7, 2))
            case .unitEnds: ended = [1]
            default: break
            }
            var plan = DeliveryPlan(deliveries, ended: ended)
            var requests = DeliveryRequests<Int>()
            switch self {
            case .hold: requests.holds = [Hold(deliveryID: 1, reason: .silenced(by: 7))]
            case .release: requests.releases = [Release(deliveryID: 1)]
            case .earlierIsOwed: requests.releases = [Release(deliveryID: 8)]
            case .takeOver: plan.fallBack([9], to: "r", at: noon)
            case .revive: _ = plan.revive([1], includesPending: false, at: noon)
            case .bringToday: _ = plan.revive([1], includesPending: true, at: noon)
            case .laterIsTold, .unitEnds: break
            }
            if self != .takeOver, self != .revive, self != .bringToday { _ = plan.apply(requests) }
            return plan
        }
    }

    /// The transitions; every other pair of state and event changes nothing.
    static let moves: [Happening: [Before: String]] = [
        .hold: [.waiting: "held silenced:7"],
        .release: [.held: "waiting"],
        .takeOver: [
            .refused: "waiting owed fallback_of:9", .muted: "waiting owed fallback_of:9",
        ],
        .revive: [.dead: "waiting"],
        .bringToday: [.dead: "waiting"],
        .earlierIsOwed: [.refused: "waiting owed"],
        .laterIsTold: [.held: "suppressed silenced:3"],
        .unitEnds: [.held: "suppressed silenced:3"],
    ]

    @Test(arguments: Happening.allCases, Before.allCases)
    func `every happening moves a delivery as the table says, and no other way`(
        happening: Happening, before: Before
    ) throws {
        let delivery = before.delivery
        let after = try #require(happening.plan(delivery).deliveries.first)
        let expected = Self.moves[happening]?[before] ?? Self.words(delivery)
        #expect(Self.words(after) == expected)
        #expect((after.finishedAt == nil) == (after.state == .pending))
        #expect(!after.isHeld || after.state == .suppressed)
        #expect(after.state.mayBeKnown || after.reason != nil)
    }

    // MARK: - Orders

    /// The earlier delivery of the unit to the receiver.
    enum Prior: String, CaseIterable {
        case nothing, waiting, delivered, dead, held, refused, dropped
    }

    enum Wish: String, CaseIterable { case wanted, refused, silenced }

    private static func order(
        after past: Prior, _ wish: Wish, isEnd: Bool
    ) -> (plan: DeliveryPlan<Int>, count: Int) {
        var deliveries: [Delivery<Int>] = []
        var told = DeliveryPast()
        switch past {
        case .nothing: break
        case .waiting: deliveries = [delivery(1)]
        case .delivered:
            told = DeliveryPast(notifiedFrom: 1, notifiedThrough: 1, deliveredThrough: 1)
        case .dead: told = DeliveryPast(notifiedFrom: 1, notifiedThrough: 1)
        case .held:
            deliveries = [
                delivery(1, state: .suppressed, reason: .silenced(by: 3), isHeld: true)
            ]
        case .refused: deliveries = [delivery(1, state: .suppressed, reason: .notRouted)]
        case .dropped: deliveries = [delivery(1, state: .dropped, reason: .receiverRemoved)]
        }
        var new = delivery(nil, 2)
        new.endsUnit = isEnd
        switch wish {
        case .wanted: break
        case .refused: new.reason = .tierNotWanted
        case .silenced:
            new.reason = .silenced(by: 7)
            new.isHeld = true
        }
        if wish != .wanted {
            new.state = .suppressed
            new.finishedAt = noon
        }
        let queue = DeliveryQueue(unit: 1, receiver: "r")
        var plan = DeliveryPlan(
            deliveries, past: told == DeliveryPast() ? [:] : [queue: told],
            ended: isEnd ? [1] : [])
        let count = plan.apply(DeliveryRequests(orders: [new]))
        return (plan, count)
    }

    @Test(arguments: Prior.allCases, Wish.allCases)
    func `an order becomes what the receiver's past makes of it`(past: Prior, wish: Wish) {
        let wasTold = [.waiting, .delivered, .dead].contains(past)
        let inBetween =
            switch wish {
            case .wanted: "waiting"
            case .refused: wasTold ? "waiting owed" : "suppressed tier_not_wanted"
            case .silenced: "held silenced:7"
            }
        let end =
            switch wish {
            case .wanted: past == .held ? "suppressed never_told" : "waiting"
            case _ where wasTold: "waiting owed"
            case _ where past == .held: "suppressed never_told"
            case .refused: "suppressed tier_not_wanted"
            // No delivery of an ended unit stays held.
            case .silenced: "suppressed silenced:7"
            }
        for (isEnd, expected) in [(false, inBetween), (true, end)] {
            let (plan, count) = Self.order(after: past, wish, isEnd: isEnd)
            #expect(Self.words(plan.deliveries.last) == expected, "an end: \(isEnd)")
            #expect(count == (expected.hasPrefix("waiting") ? 1 : 0))
            let earlier = plan.deliveries.dropLast().last
            if past == .held, isEnd || expected.hasPrefix("waiting") {
                #expect(earlier?.isHeld == false)
            }
        }
    }

    @Test func `an order sees what the same step ordered before it`() {
        var plan = DeliveryPlan<Int>()
        var refused = Self.delivery(nil, 3, state: .suppressed, reason: .tierNotWanted)
        refused.endsUnit = true
        let count = plan.apply(
            DeliveryRequests(orders: [
                Self.delivery(nil, 1, state: .suppressed, reason: .tierNotWanted),
                Self.delivery(nil, 2), refused,
            ]))
        #expect(count == 2)
        #expect(
            plan.changes.map(Self.words)
                == ["suppressed tier_not_wanted", "waiting", "waiting owed"])
    }

    // MARK: - Time and group

    @Test(arguments: [
        // The due time of the later delivery, seconds; the tries of the earlier one; whether the
        // later one raises the tier; the expected due time and group of the earlier one.
        (5, 0, false, 5, "later"), (5, 0, true, 5, "later"), (5, 1, false, 60, "earlier"),
        (5, 1, true, 5, "earlier"), (60, 0, true, 60, "earlier"), (90, 0, true, 60, "earlier"),
    ])
    func `an earlier delivery goes out with a later one that is sooner`(
        later: Int64, tries: Int, rises: Bool, due: Int64, group: String
    ) throws {
        var first = Self.delivery(1, 1)
        first.attempts = tries
        first.nextAttemptAt = Self.noon.adding(seconds: 60)
        first.grouping = DeliveryGrouping(group: "earlier")
        var second = Self.delivery(nil, 2)
        second.raisesTier = rises
        second.nextAttemptAt = Self.noon.adding(seconds: later)
        second.grouping = DeliveryGrouping(group: "later")
        var plan = DeliveryPlan([first])
        _ = plan.apply(DeliveryRequests(orders: [second]))
        let moved = try #require(plan.deliveries.first)
        #expect(moved.nextAttemptAt == Self.noon.adding(seconds: due))
        #expect(moved.grouping.group == group)
        #expect(plan.changes.count == (moved == first ? 1 : 2))
    }

    @Test func `a new delivery counts as no sooner than its group's distance lets it be`() {
        func moment(_ seconds: Int64) -> Instant { Self.noon.adding(seconds: seconds) }
        var first = Self.delivery(1, 1)
        first.nextAttemptAt = moment(200)
        first.grouping = DeliveryGrouping(group: "red")
        // The last message of its group was a minute ago, so it waits for the end of the night.
        var second = Self.delivery(nil, 2)
        second.nextAttemptAt = moment(30)
        second.grouping = DeliveryGrouping(
            group: "day", interval: 300, quiet: QuietTime(from: moment(100), until: moment(9_000)))
        let day = DeliveryGroup(receiver: "r", name: "day")
        var plan = DeliveryPlan([first], sent: [day: moment(-60)])
        _ = plan.apply(DeliveryRequests(orders: [second]))
        #expect(plan.deliveries.first == first)
        #expect(plan.deliveries.last?.sendTime == moment(9_000))
    }

    @Test(arguments: [
        // The quiet time of the earlier delivery and of the later one, the expected group.
        (false, false, "later"), (false, true, "earlier"), (true, true, "later"),
        (true, false, "later"),
    ])
    func `a delivery without quiet time does not join a group with one`(
        earlierIsQuiet: Bool, laterIsQuiet: Bool, expected: String
    ) throws {
        func moment(_ seconds: Int64) -> Instant { Self.noon.adding(seconds: seconds) }
        let night = QuietTime(from: moment(100), until: moment(9_000))
        func quiet(_ isQuiet: Bool) -> QuietTime? { isQuiet ? night : nil }
        var first = Self.delivery(1, 1)
        first.nextAttemptAt = moment(30)
        first.grouping = DeliveryGrouping(
            group: "earlier", interval: 300, quiet: quiet(earlierIsQuiet))
        var second = Self.delivery(nil, 2)
        second.nextAttemptAt = moment(10)
        second.grouping = DeliveryGrouping(
            group: "later", interval: 300, quiet: quiet(laterIsQuiet))
        var plan = DeliveryPlan([first])
        _ = plan.apply(DeliveryRequests(orders: [second]))
        let moved = try #require(plan.deliveries.first)
        #expect(moved.grouping.group == expected)
        #expect(moved.nextAttemptAt == moment(expected == "later" ? 10 : 30))
    }

    @Test func `what a courier has in hand is not brought forward`() {
        var first = Self.delivery(1, 1)
        first.nextAttemptAt = Self.noon.adding(seconds: 60)
        first.lockedUntil = Self.noon.adding(seconds: -1)
        var plan = DeliveryPlan([first])
        _ = plan.apply(DeliveryRequests(orders: [Self.delivery(nil, 2)]))
        #expect(plan.deliveries.first == first)
    }

    @Test(arguments: [
        // The last message, the interval, the quiet time, the expected send time; seconds after
        // noon.
        (Int64?.none, Int64?(300), 0...0 as ClosedRange<Int64>, 10 as Int64),
        (0, nil, 0...0, 10), (0, 300, 0...0, 300), (-600, 300, 0...0, 10),
        (0, 300, 300...900, 900), (0, 300, 200...300, 300), (0, 300, 301...900, 300),
        (0, 300, 0...900, 900),
    ])
    func `a group keeps its distance, but not into quiet hours`(
        sent: Int64?, interval: Int64?, quiet: ClosedRange<Int64>, turn: Int64
    ) {
        func moment(_ seconds: Int64) -> Instant { Self.noon.adding(seconds: seconds) }
        var delivery = Self.delivery(1)
        delivery.nextAttemptAt = moment(10)
        delivery.groupSentAt = sent.map(moment)
        delivery.grouping = DeliveryGrouping(
            group: "g", interval: interval,
            quiet: quiet.upperBound > 0
                ? QuietTime(from: moment(quiet.lowerBound), until: moment(quiet.upperBound)) : nil)
        #expect(delivery.sendTime == moment(turn))
        delivery.attempts = 1
        #expect(delivery.sendTime == moment(10))
        delivery.attempts = 0
        delivery.grouping.group = nil
        #expect(delivery.sendTime == moment(10))
    }

    @Test func `a clock that was put off goes along with what still waits`() {
        func due(_ id: Int64, _ seconds: Int64?, _ change: (inout Delivery<Int>) -> Void = { _ in })
            -> Delivery<Int>
        {
            var delivery = Self.delivery(id, Int(id), unit: Int(id))
            delivery.dueAt = seconds.map { Self.noon.adding(seconds: $0) }
            change(&delivery)
            return delivery
        }
        let deliveries = [
            due(1, 10), due(2, 90), due(3, nil), due(4, 10) { $0.attempts = 1 },
            due(5, 10) { $0.lockedUntil = Self.noon }, due(6, 10) { $0.state = .delivered },
        ]
        var plan = DeliveryPlan(deliveries)
        let clock = Self.noon.adding(seconds: 60)
        _ = plan.apply(
            DeliveryRequests(
                clocks: Dictionary(uniqueKeysWithValues: (1...6).map { ($0, clock) })))
        #expect(plan.changes.map(\.id) == [1])
        #expect(plan.changes.map(\.dueAt) == [clock])
    }

    // MARK: - Failed deliveries

    @Test(arguments: [
        // The fallback's delivery of a later event, and the expected one of the earlier event.
        (DeliveryState.delivered, false, "dropped owed over"),
        (.pending, true, "dropped owed over"), (.pending, false, "waiting owed fallback_of:9"),
        (.dead, false, "waiting owed fallback_of:9"),
    ])
    func `a fallback is not told what it has outgrown`(
        later: DeliveryState, isClaimed: Bool, expected: String
    ) {
        var known = Self.delivery(5, 2, state: later)
        if isClaimed { known.lockedUntil = Self.noon.adding(seconds: 1) }
        var plan = DeliveryPlan([Self.delivery(9, to: "x", state: .dead), known])
        plan.fallBack([9], to: "r", at: Self.noon)
        #expect(Self.words(plan.deliveries.last) == expected)
        #expect(plan.deliveries.last?.fallbackOf == 9)
    }

    @Test func `what is not dead is not given to a fallback`() {
        let alive: [DeliveryState] = [.pending, .delivered, .suppressed, .dropped]
        for state in alive {
            var plan = DeliveryPlan([Self.delivery(9, to: "x", state: state)])
            plan.fallBack([9, 77], to: "r", at: Self.noon)
            #expect(plan.changes.isEmpty)
        }
    }

    @Test(arguments: [
        // A later delivery, whether it is claimed, and the expected state of the dead letter.
        (DeliveryState.delivered, false, "dropped over", 0, 1),
        (.pending, true, "dead", 0, 0), (.pending, false, "waiting", 1, 0),
        (.suppressed, false, "waiting", 1, 0),
    ])
    func `a dead letter comes back unless a later event was told`(
        later: DeliveryState, isClaimed: Bool, expected: String, revived: Int, overtaken: Int
    ) throws {
        var dead = Self.delivery(1, 1, state: .dead)
        dead.attempts = 10
        var other = Self.delivery(
            2, 2, state: later, reason: later == .suppressed ? .tierNotWanted : nil)
        if isClaimed { other.lockedUntil = Self.noon.adding(seconds: 1) }
        var plan = DeliveryPlan([dead, other])
        let count = plan.revive([1], includesPending: false, at: Self.noon)
        #expect([count.revived, count.overtaken] == [revived, overtaken])
        #expect(Self.words(plan.deliveries.first) == expected)
        if revived == 1 { #expect(plan.deliveries.first?.attempts == 0) }
    }
}
