import Alerting
import Labor
import Store
import Support
import Testing

/// A filter and the subjects that it finds among the three alerts below.
private struct AlertQuery: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let filter: AlertFilter
    let expected: [String]

    init(_ what: String, _ expected: [String], _ narrow: (inout AlertFilter) -> Void) {
        var filter = AlertFilter()
        narrow(&filter)
        testDescription = what
        self.filter = filter
        self.expected = expected
    }

    static let all = [
        AlertQuery("nothing", ["33", "2", "1"]) { _ in },
        AlertQuery("tier", ["33", "2"]) { $0.tiers = [.orange, .red] },
        AlertQuery("kind", ["2"]) { $0.kinds = [.wageArrears] },
        AlertQuery("rule", ["33", "1"]) { $0.rules = ["layoff.statutory"] },
        AlertQuery("state", ["2", "1"]) { $0.states = [.firing] },
        AlertQuery("regions", ["2"]) {
            $0.regions = [RegionCode("540200"), RegionCode("540201")]
        },
        AlertQuery("subject", ["1"]) {
            $0.subjectType = .enterprise
            $0.subjectID = "1"
        },
        AlertQuery("since", ["33", "2"]) { $0.since = noon(2) },
        AlertQuery("until", []) { $0.until = noon(0) },
        AlertQuery("the subject's name", ["1"]) { $0.text = "城关" },
        AlertQuery("the title in any case", ["2"]) { $0.text = "LAYOFF AT 2" },
        AlertQuery("the subject's id", ["33"]) { $0.text = "33" },
        AlertQuery("text that is no pattern", []) { $0.text = "%" },
        AlertQuery("page", ["2"]) {
            $0.limit = 1
            $0.offset = 1
        },
        AlertQuery("the highest tier first", ["33", "2", "1"]) { $0.isByTier = true },
        AlertQuery("all conditions together", []) {
            $0.tiers = [.red]
            $0.states = [.firing]
        },
    ]
}

@Suite struct QueryTests {
    /// Three alerts of different tiers, rules, regions and days; the third is over.
    private func fill(_ bench: Bench) async throws -> [Story] {
        var yellow = Story(1)
        yellow.episode.subject.name = "城关建筑"
        var orange = Story(2, tier: .orange, rule: "wage.arrears")
        orange.episode.subject.regionCode = RegionCode("540200")
        orange.episode.kind = .wageArrears
        let red = Story(33, tier: .red)
        let stories = [
            yellow.told(.raised, on: 1), orange.told(.raised, on: 2),
            red.told(.raised, on: 3).told(.resolved, on: 4),
        ]
        let record = cycleRecord(stories, ["file", "bureau"])
        try await bench.store.commit(record, under: bench.lease())
        return stories
    }

    @Test(arguments: AlertQuery.all)
    fileprivate func `alerts are found by`(query: AlertQuery) async throws {
        try await withStore { bench in
            _ = try await fill(bench)
            let found = try await bench.store.alerts(query.filter)
            #expect(found.map(\.episode.subject.id) == query.expected)
            var unpaged = query.filter
            unpaged.limit = 100
            unpaged.offset = 0
            let all = try await bench.store.alerts(unpaged)
            let count = try await bench.store.countAlerts(query.filter)
            #expect(count == all.count)
        }
    }

    @Test func `alerts of one tier stand the newest first, those of one moment by region`()
        async throws
    {
        try await withStore { bench in
            let places = ["540300", "540100", nil, "540200"]
            let stories = (1...8).map { id in
                var story = Story(
                    id, tier: id == 5 ? .red : id.isMultiple(of: 2) ? .orange : .yellow)
                story.episode.subject.regionCode = places[id % 4].map { RegionCode($0) }
                return story.told(.raised, on: id == 3 ? 2 : 1)
            }
            let record = cycleRecord(stories, ["file"])
            try await bench.store.commit(record, under: bench.lease())
            var filter = AlertFilter()
            filter.isByTier = true
            let found = try await bench.store.alerts(filter).map(\.episode.subject)
            let shown = found.map { "\($0.id) \($0.regionCode?.rawValue ?? "-")" }
            #expect(shown[0] == "5 540100")
            // Of the orange ones first those with a place, by its code.
            #expect(
                Set(shown[1...2]) == ["4 540300", "8 540300"]
                    && Set(shown[3...4]) == ["2 -", "6 -"])
            #expect(shown[5...] == ["3 540200", "1 540100", "7 540200"])
        }
    }

    @Test func `one alert is found by the beginning of its id, with all that happened`()
        async throws
    {
        try await withStore { bench in
            let story = try await fill(bench)[2]
            let claimed = try await bench.claim(at: noon(5))
            for delivery in claimed { _ = try await bench.deliver(delivery, noon(5)) }
            let id = story.episode.id.rawValue
            for prefix in [String(id.prefix(8)), String(id.prefix(13)), id, id.uppercased()] {
                let history = try await bench.store.alert(prefix)
                #expect(history.alert.episode == story.episode)
                #expect(history.alert.titles[.chinese] == "裁员 企业33")
                #expect(history.notices == story.notices)
                #expect(
                    history.deliveries.map { "\($0.receiver) \($0.what) \($0.state)" } == [
                        "bureau raised pending", "file raised delivered",
                        "bureau resolved pending", "file resolved pending",
                    ])
                #expect(history.deliveries.map(\.log.count) == [0, 1, 0, 0])
            }
        }
    }

    @Test(arguments: [
        ("1234567", StoreError.Code.malformed), ("zzzzzzzz", .malformed), ("", .malformed),
        ("00000000", .notFound),
    ])
    func `an id that fits nothing is explained`(id: String, code: StoreError.Code) async throws {
        try await withStore { bench in
            let error = await #expect(throws: StoreError.self) {
                try await bench.store.alert(id)
            }
            #expect(error?.code == code)
            #expect(error?.hint != nil)
        }
    }

    @Test func `a beginning that two ids share is ambiguous`() async throws {
        try await withStore { bench in
            for (number, digit) in [(1, "1"), (2, "2")] {
                var story = Story(number)
                story.episode.id = AlertID(
                    rawValue: "abcdef01-0000-8000-8000-00000000000\(digit)")
                try await bench.commit(story.told(.raised))
            }
            let error = await #expect(throws: StoreError.self) {
                try await bench.store.alert("abcdef01")
            }
            #expect(error?.code == .ambiguous)
        }
    }

    @Test(arguments: [1, 2, 3, 500])
    func `the events of a window come in order whatever the page`(pageSize: Int) async throws {
        try await withStore { bench in
            let stories = (1...7).map {
                Story($0).told(.raised, on: $0 % 3).told(.confirmed, on: $0 % 3)
            }
            try await bench.store.commit(cycleRecord(stories), under: bench.lease())
            var seen: [AlertNotice] = []
            let window = EventWindow(from: noon(1), to: noon(2).adding(seconds: 1))
            let count = try await bench.store.forEachEvent(in: window, pageSize: pageSize) {
                seen.append($0)
            }
            let expected = stories.flatMap(\.notices).filter { $0.event.at >= noon(1) }
            #expect(count == expected.count)
            #expect(Set(seen) == Set(expected))
            #expect(seen.map(\.event.at) == seen.map(\.event.at).sorted())
            let everything = try await bench.store.forEachEvent(in: EventWindow()) { _ in }
            #expect(everything == 14)
        }
    }

    @Test func `deliveries are listed newest first and narrowed`() async throws {
        try await withStore { bench in
            let stories = try await fill(bench)
            var filter = DeliveryFilter()
            #expect(try await bench.store.deliveries(filter).count == 8)
            filter.receivers = ["bureau"]
            filter.states = [.pending]
            let found = try await bench.store.deliveries(filter)
            #expect(found.map(\.what) == [.resolved, .raised, .raised, .raised])
            #expect(found.map(\.tier) == [.red, .red, .orange, .yellow])
            filter.alertID = stories[0].episode.id
            #expect(try await bench.store.deliveries(filter).map(\.subjectName) == ["城关建筑"])
        }
    }

    @Test func `the status counts what is open, waits or was given up`() async throws {
        try await withStore { bench in
            _ = try await fill(bench)
            for delivery in try await bench.claim(["bureau"], at: noon(5)) {
                _ = try await bench.settle(delivery, .dead, noon(5))
            }
            let status = try await bench.store.status()
            #expect(status.openByTier == [.yellow: 1, .orange: 1])
            #expect(status.pending == 5)
            #expect(status.dead == 3)
            #expect(status.queues.map(\.receiver) == ["bureau", "file"])
            #expect(status.queues.map(\.oldestPending) == [noon(4), noon(1)])
            #expect(status.queues.map(\.oldestDead) == [noon(1), nil])
            #expect(status.lastGoodCycle?.events == 4)
            #expect(status.lastGoodCycle?.deliveries == 8)
            #expect(status.holder == "host:1:test")
        }
    }

    @Test func `what is old and finished is taken out, the rest stays`() async throws {
        try await withStore { bench in
            _ = try await fill(bench)
            for _ in 1...2 {
                for delivery in try await bench.claim(["file"], at: noon(5)) {
                    _ = try await bench.deliver(delivery, noon(5))
                }
            }
            try await bench.store.noteFailure(asOf: noon(9), startedAt: noon(9), message: "x")
            try await bench.run("UPDATE laborwatch.cycle SET committed_at = '2020-01-01'")
            let none = try await bench.store.prune(before: Instant(seconds: 0))
            #expect([none.deliveries, none.cycles, none.quarantine] == [0, 0, 0])
            // Two of the three episodes run: who was told of those must hear of their end, too.
            let some = try await bench.store.prune(before: noon(6))
            #expect([some.deliveries, some.cycles, some.quarantine] == [2, 1, 0])
            #expect(try await bench.store.deliveries(DeliveryFilter()).count == 6)
            #expect(try await bench.store.recall().lastAsOf == noon(0))
            #expect(try await bench.number("SELECT count(*) FROM laborwatch.alert_event") == 4)
        }
    }

    @Test func `dead letters and what was told after them stay, and a call has its limit`()
        async throws
    {
        try await withStore { bench in
            let stories = (1...5).map { Story($0).told(.raised).told(.resolved) }
            let record = cycleRecord(stories, ["file", "bureau"])
            try await bench.store.commit(record, under: bench.lease())
            for _ in 1...2 {
                for delivery in try await bench.claim(["file", "bureau"], at: noon(1)) {
                    let event = delivery.notice.event
                    let isDead = delivery.receiver == "bureau" && event.what == .raised
                    _ = try await bench.settle(delivery, isDead ? .dead : .delivered, noon(1))
                }
            }
            #expect(try await bench.store.prune(before: noon(9), limit: 4).deliveries == 4)
            #expect(try await bench.store.prune(before: noon(9)).deliveries == 6)
            #expect(try await bench.store.prune(before: noon(9)).deliveries == 0)
            let kept = try await bench.store.deliveries(DeliveryFilter())
            #expect(kept.count { $0.state == .dead } == 5)
            #expect(Set(kept.map(\.receiver)) == ["bureau"])
            #expect(try await bench.store.retry(.all, now: noon(9)).over == 5)
        }
    }

    @Test func `cycles have a limit of their own in time`() async throws {
        try await withStore { bench in
            for _ in 1...3 {
                try await bench.store.noteFailure(asOf: noon(0), startedAt: noon(0), message: "x")
            }
            try await bench.run("UPDATE laborwatch.cycle SET committed_at = '2020-01-01'")
            let old = Instant(seconds: 0)
            #expect(try await bench.store.prune(before: noon(0), cyclesBefore: old).cycles == 0)
            let report = try await bench.store.prune(before: old, cyclesBefore: noon(0), limit: 2)
            #expect(report.cycles == 2)
        }
    }
}
