import Labor
import Source
import Testing

/// A series of months and which of them are held back at its end.
struct Series: Sendable, CustomTestStringConvertible {
    var testDescription: String
    /// A month each: `100` heads, `100+5-3` with hires and separations, `100!7` with leavers on the
    /// employer's initiative, `.` for no report.
    var months: String
    /// A letter a month: `.` used or not reported, `H` held, `n` noted but used.
    var marks: String
    var reasons: [String]

    init(_ name: String, _ months: String, _ marks: String, _ reasons: [String] = []) {
        testDescription = "\(name): \(months)"
        self.months = months
        self.marks = marks
        self.reasons = reasons
    }

    var reports: [Report] {
        months.split(separator: " ").enumerated().compactMap { index, text in
            let parts = text.split(separator: "!")
            let numbers = parts[0].split { "+-".contains($0) }.compactMap { Int32($0) }
            guard let heads = numbers.first else { return nil }
            return Report(
                enterpriseID: 1, period: Period(year: 2026, month: 1).adding(index),
                headcount: heads, hires: numbers.count > 1 ? numbers[1] : nil,
                separations: numbers.count > 2 ? numbers[2] : nil,
                employerSeparations: parts.count > 1 ? Int32(parts[1]) : nil,
                reportedAt: Instant(seconds: 1))
        }
    }

    var count: Int { months.split(separator: " ").count }
}

@Suite struct ScreenTests {
    private func panel(_ series: Series, upTo count: Int) -> Panel {
        let enterprise = Enterprise(
            id: 1, name: "企业", regionCode: RegionCode("r"), industryCode: IndustryCode("E"))
        var panel = Panel(
            first: Period(year: 2026, month: 1), months: series.count, enterprises: [enterprise])
        let last = panel.first.adding(count - 1)
        for report in series.reports where report.period <= last { panel.place(report) }
        return panel
    }

    private func expect(_ series: Series) {
        var panel = panel(series, upTo: series.count)
        let found = SeriesScreen.screen(&panel, row: 0)
        let marks = (0..<series.count).map { month -> Character in
            if panel.isHeld(0, month) { return "H" }
            let period = panel.period(month)
            return found.contains { $0.period == period } ? "n" : "."
        }
        #expect(String(marks) == series.marks)
        #expect(found.map(\.reason) == series.reasons)
        for rejection in found {
            #expect(rejection.table == "labor.report")
            #expect(rejection.row == "enterprise_id=1 period=\(rejection.period ?? panel.first)")
            #expect(rejection.field == "headcount" && !rejection.hint.isEmpty)
        }
    }

    @Test(arguments: [
        Series("a steady firm", "100 101 99 100", "...."),
        Series("zero, typo, zero", "0 5000 0", ".H.", ["step"]),
        Series("zero, then a figure that nothing bears out yet", "0 5000", ".H", ["step"]),
        Series("the next report bears the figure out", "0 5000 4900", "..."),
        Series("a slipped digit up", "120 1200 121", ".H.", ["step"]),
        Series("a slipped digit down", "1200 120 1210", ".H.", ["step"]),
        Series("a slipped digit in the last month", "1200 1190 12000", "..H", ["step"]),
        Series("the first month has nothing before it", "5000 5000", ".."),
        Series("a fall to zero is what a closure looks like", "5000 0", ".."),
        Series("a closure stays", "5000 0 0", "..."),
        Series("just below the factor", "100 799", ".."),
        Series("at the factor", "100 800", ".H", ["step"]),
        Series("a small firm may grow tenfold", "3 30 31", "..."),
        Series("the flows bear the step out", "100 1000+900-0", ".."),
        Series("a layoff with its leavers", "1000 100+0-900", ".."),
        Series("a collapse that the employer declares", "800 100!700", ".."),
        Series("half of it declared is enough", "800 100!350", ".."),
        Series("less than half is not", "800 100!349", ".H", ["step"]),
        Series("nobody dismisses his way up", "100 800!700", ".H", ["step"]),
        Series("the next report denies what was declared", "800 100!700 790", ".H.", ["step"]),
        Series(
            "flows of nothing beside what was declared", "800 100+0-0!700", ".n",
            ["identity_noted"]),
        Series("a gap hides no slip", "120 . 1200 121", "..H.", ["step"]),
        Series("two slips in a row", "100 5000 3 101", ".H..", ["step"]),
        Series("all empty", ". . .", "..."),
    ])
    func `a step is held back unless something bears it out`(series: Series) {
        expect(series)
    }

    @Test(arguments: [
        Series("the identity holds", "200 195+5-10 200+10-5", "..."),
        Series("late paperwork up to ten persons", "100 105+0-5 95", "..."),
        Series("late paperwork up to five in a hundred", "1000 1040+0-10", ".."),
        Series("a broken identity of a rise", "200 230+5-5", ".H", ["identity"]),
        Series("a broken identity of a fall", "200 170+5-5", ".n", ["identity_noted"]),
        Series(
            "a fall in slices whose flows are denied", "800 500+0-0 300+0-0 150+0-0", ".nnn",
            ["identity_noted", "identity_noted", "identity_noted"]),
        Series("a separation mistyped", "800 400+0-4", ".n", ["identity_noted"]),
        Series("no flows, no identity", "200 170", ".."),
        Series("a month between hides the flow", "200 . 170+5-5", "..."),
        Series("a merger whose level goes on", "200 400+0-0 401+1-0", ".n.", ["identity_noted"]),
        Series("a slip comes back by itself", "200 230+5-5 200+0-0", ".H.", ["identity"]),
        Series(
            "a slip down comes back too", "200 170+5-5 200+0-0", ".n.", ["identity_noted"]),
        Series(
            "what rises from a doubtful fall is looked at", "200 170+5-5 260+0-0", ".nH",
            ["identity_noted", "identity"]),
        Series(
            "a habit is noted from its third time", "200 250+0-0 200+0-0 250+0-0 300+0-0 350+0-0",
            ".H.Hnn", ["identity", "identity", "identity_noted", "identity_noted"]),
    ])
    func `a broken identity is held back unless it is a fall, a habit or a level that goes on`(
        series: Series
    ) {
        expect(series)
    }

    @Test func `a held value is let go when the next report bears it out`() {
        let series = Series("", "0 5000 4900", "")
        var early = panel(series, upTo: 2)
        _ = SeriesScreen.screen(&early, row: 0)
        #expect(early.isHeld(0, 1) && early.hasRaw(0, 1) && !early.hasReport(0, 1))
        for report in series.reports { early.place(report) }
        #expect(SeriesScreen.screen(&early, row: 0) == [])
        #expect(early.headcount(0, 1) == 5_000)
    }

    @Test func `screening again changes nothing`() {
        let series = Series("", "100 5000 3 101 170+5-5 90", "")
        var panel = panel(series, upTo: series.count)
        let first = SeriesScreen.screen(&panel, row: 0)
        let cells = panel.cells
        #expect(SeriesScreen.screen(&panel, row: 0) == first)
        #expect(panel.cells == cells)
    }

    @Test func `a typo in the database is held, listed and not missing`() async throws {
        try await withBureau { bureau in
            for (month, heads) in [("2026-08", 0), ("2026-09", 5_000)] {
                try await bureau.report(1, month, heads)
            }
            let held = try await bureau.read()
            let cell = held.facts.panel.cell(1, period("2026-09"))
            #expect(cell?.isHeld == true)
            #expect(cell?.report.headcount == 5_000)
            #expect(held.rejections.counts == ["labor.report step": 1])
            let rejection = try #require(held.rejections.listed.first)
            #expect(rejection.row == "enterprise_id=1 period=2026-09")
            #expect(rejection.value == "5000")
            #expect(rejection.reportedAt == moment("2026-11-01T09:00:00+08:00"))
            try await bureau.report(1, "2026-10", 4_900)
            let free = try await bureau.read()
            #expect(free.facts.panel.cell(1, period("2026-09"))?.isHeld == false)
            #expect(free.rejections.listed == [])
        }
    }
}
