import Alerting
import Labor
import Postgres
import Store
import Support
import Testing

@Suite struct LedgerTests {
    private let zhang = Actor("zhang", onBehalfOf: "李局长")

    @Test func `grave alerts of an enterprise open one case, in the same transaction`() async throws
    {
        try await withStore { bench in
            let orange = Story(1, tier: .orange).told(.raised)
            let red = Story(1, tier: .red, rule: "wage.arrears").told(.raised)
            let yellow = Story(2, tier: .yellow).told(.raised)
            let over = Story(3, tier: .red).told(.raised)
            var late = Story(4, tier: .red, rule: "report.missing")
            late.episode.kind = .reporting
            late = late.told(.raised)
            let record = cycleRecord([orange, red, yellow, over, late], ["file"])
            let lease = try await bench.lease()
            try await bench.store.commit(record, under: lease)
            // The answer of a commit may be lost, and the commit repeated.
            try await bench.store.commit(record, under: lease)
            let cases = try await bench.store.ledger(.open)
            #expect(cases.map(\.enterprise.id).sorted() == ["1", "3"])
            let first = try #require(cases.first { $0.enterprise.id == "1" })
            #expect(Set(first.alerts) == [orange.episode.id, red.episode.id])
            #expect(first.opened == Stamp(at: noon(0), actor: Actor(LedgerCase.automatic)))
            #expect(first.nextDue == noon(5))
            #expect(first.enterprise.name == "企业1")
            #expect(try await bench.store.ledger(.overdue(noon(5))).isEmpty)
            #expect(try await bench.store.ledger(.overdue(noon(6))).count == 2)
        }
    }

    @Test
    func `the first visit is that of the kind and tier, and comes sooner when it grows worse`()
        async throws
    {
        try await withStore { bench in
            let store = PostgresStore(
                ConnectionOptions(dsn: bench.dsn),
                visits: FirstVisits(days: [
                    .layoff: [.orange: 9, .red: 2], .wageArrears: [.red: 3],
                ]))
            var wages = Story(2, tier: .red, rule: "wage.arrears")
            wages.episode.kind = .wageArrears
            let lease = try await bench.lease()
            func due() async throws -> [String: Instant?] {
                let cases = try await store.ledger(.open)
                return Dictionary(
                    uniqueKeysWithValues: cases.map { ($0.enterprise.id, $0.nextDue) })
            }
            func tell(_ stories: Story...) async throws {
                try await store.commit(cycleRecord(stories, ["file"]), under: lease)
            }
            try await tell(
                Story(1, tier: .orange).told(.raised), wages.told(.raised),
                Story(3, tier: .orange).told(.raised))
            #expect(try await due() == ["1": noon(9), "2": noon(3), "3": noon(9)])
            let seen = try #require(
                try await store.ledger(.open).first { $0.enterprise.id == "3" })
            try await store.add(
                .followUp(note: "x", nextDue: noon(20)), to: seen.id,
                Stamp(at: noon(1), actor: zhang))
            try await tell(
                Story(1, tier: .red, rule: "layoff.trend").told(.raised),
                Story(2, tier: .orange, rule: "layoff.trend").told(.raised),
                Story(3, tier: .red, rule: "layoff.trend").told(.raised))
            #expect(try await due() == ["1": noon(2), "2": noon(3), "3": noon(20)])
            // A running case uses up no number of the ledger.
            try await tell(Story(4, tier: .red).told(.raised))
            #expect(try await store.ledger(.open).map(\.id).sorted() == [1, 2, 3, 4])
            await store.close()
        }
    }

    @Test func `an event that is told again does not open a case anew, a later alert does`()
        async throws
    {
        try await withStore { bench in
            let story = Story(1, tier: .red).told(.raised)
            try await bench.commit(story)
            let id = try #require(try await bench.store.ledger(.open).first?.id)
            let stamp = Stamp(at: noon(1), actor: zhang)
            try await bench.store.closeCase(id, "recovered", note: "好转", stamp)
            try await bench.commit(story)
            let reminded = story.written.told(.reminder, on: 2)
            try await bench.commit(reminded)
            var fallen = reminded.written.told(.tierChanged, on: 3)
            fallen.episode.tier = .orange
            fallen.notices[0].event.toTier = .orange
            try await bench.commit(fallen)
            #expect(try await bench.store.ledger(.open).isEmpty)
            let closed = try #require(try await bench.store.ledger(.all).first)
            #expect(closed.closed == stamp)
            #expect(closed.closing == "recovered")
            #expect(closed.nextDue == nil)
            try await bench.commit(Story(1, tier: .orange, rule: "wage.arrears").told(.raised))
            #expect(try await bench.store.ledger(.open).map(\.id) != [id])
            #expect(try await bench.store.ledger(.all).count == 2)
        }
    }

    @Test func `everything noted comes back with who noted it and when`() async throws {
        try await withStore { bench in
            try await bench.commit(Story(7).told(.raised))
            let (id, isNew) = try await bench.store.openCase(
                LedgerCase.Enterprise(id: "7", name: "高原建设", regionCode: "540102"),
                Stamp(at: noon(1), actor: zhang), note: "来访", nextDue: noon(3))
            #expect(isNew)
            let entries: [LedgerEntry] = [
                .measure(code: "rotation", persons: 30, note: nil),
                .measure(code: "deferral", persons: nil, note: "三个月"),
                .check(item: "names", answer: .no, note: nil),
                .check(item: "names", answer: .yes, note: "已补"),
                .followUp(note: "已走访", nextDue: noon(9)),
            ]
            for (day, entry) in entries.enumerated() {
                try await bench.store.add(entry, to: id, Stamp(at: noon(day + 2), actor: zhang))
            }
            let file = try await bench.store.ledgerFile(id)
            #expect(file.entries.map(\.entry) == entries)
            #expect(file.entries.map(\.stamp.at) == (2...6).map(noon))
            #expect(file.entries.allSatisfy { $0.stamp.actor == zhang })
            #expect(file.head.nextDue == noon(9))
            #expect(file.head.alerts.count == 1)
            let again = try await bench.store.openCase(
                file.head.enterprise, Stamp(at: noon(8), actor: "li"), note: nil, nextDue: nil)
            #expect(again.id == id)
            #expect(!again.isNew)
            #expect(try await bench.store.ledgerFile(id).head == file.head)
        }
    }

    @Test func `a closed case takes nothing more, and none that is not there`() async throws {
        try await withStore { bench in
            let stamp = Stamp(at: noon(1), actor: zhang)
            let id = try await bench.store.openCase(
                LedgerCase.Enterprise(id: "7", name: "x"), stamp, note: nil, nextDue: nil
            ).id
            try await bench.store.closeCase(id, "mistaken", note: nil, stamp)
            let entry = LedgerEntry.followUp(note: "x", nextDue: nil)
            await #expect { try await bench.store.add(entry, to: id, stamp) } throws: {
                ($0 as? StoreError)?.code == .refused
            }
            await #expect {
                try await bench.store.closeCase(id, "recovered", note: nil, stamp)
            } throws: {
                ($0 as? StoreError)?.code == .refused
            }
            await #expect { try await bench.store.add(entry, to: id + 1, stamp) } throws: {
                ($0 as? StoreError)?.code == .notFound
            }
        }
    }

    @Test func `the checks of the schema know the words of the program`() async throws {
        try await withStore { bench in
            for (table, words) in [
                ("ledger_check", LedgerEntry.Answer.allCases.map(\.rawValue)),
                ("alert_note", AlertNote.Kind.allCases.map(\.rawValue)),
            ] {
                let checks =
                    try await bench.text(
                        """
                        SELECT string_agg(pg_get_constraintdef(oid), ' ') FROM pg_constraint
                         WHERE conrelid = 'laborwatch.\(table)'::regclass AND contype = 'c'
                        """) ?? ""
                for word in words { #expect(checks.contains("'\(word)'"), "\(table) \(word)") }
            }
        }
    }
}
