import Labor
import Source
import Testing

/// A series of months with more than headcounts, and what is held back of it.
struct Figures: Sendable, CustomTestStringConvertible {
    var testDescription: String
    var months: [[String: Int64]]
    /// `month field reason`, a month counted from 0; `noted` reasons are not held.
    var found: [String]

    init(_ name: String, _ months: [[String: Int64]], _ found: String...) {
        testDescription = name
        self.months = months
        self.found = found
    }

    /// So many months alike, then others.
    static func after(
        _ count: Int, _ steady: [String: Int64], _ later: [String: Int64]...
    ) -> [[String: Int64]] {
        Array(repeating: steady, count: count) + later.map { steady.merging($0) { $1 } }
    }

    var reports: [Report] {
        months.enumerated().compactMap { month, values in
            guard let heads = values["heads"] else { return nil }
            func count(_ name: String) -> Int32? { values[name].map { Int32($0) } }
            return Report(
                enterpriseID: 1, period: Period(year: 2026, month: 1).adding(month),
                headcount: Int32(heads), hires: count("hires"), separations: count("left"),
                employerSeparations: count("dismissed"), plannedLayoffs: count("planned"),
                dispatched: count("agency"), idle: count("idle"),
                wagesDue: values["due"].map { $0 * 100 },
                wagesPaid: values["paid"].map { $0 * 100 },
                workersUnpaid: count("unpaid"), insured: count("insured"),
                contributionsDue: values["owed"].map { $0 * 100 },
                contributionsPaid: values["given"].map { $0 * 100 }, reportedAt: Instant(seconds: 1)
            )
        }
    }
}

@Suite struct FigureScreenTests {
    private static func panel(_ reports: [Report], months: Int) -> Panel {
        let enterprise = Enterprise(
            id: 1, name: "企业", regionCode: RegionCode("r"), industryCode: IndustryCode("E"))
        var panel = Panel(
            first: Period(year: 2026, month: 1), months: months, enterprises: [enterprise])
        for report in reports { panel.place(report) }
        return panel
    }

    private static let fields: [(name: String, fields: ReportFields)] = [
        ("separations", .flows), ("employer_separations", .employerSeparations),
        ("planned_layoffs", .plannedLayoffs), ("idle", .idle), ("workers_unpaid", .workersUnpaid),
        ("insured", .insured), ("wages_due", .wages), ("wages_paid", .wages),
        ("contributions_due", .contributions), ("contributions_paid", .contributions),
    ]

    private func expect(_ figures: Figures) throws {
        var panel = Self.panel(figures.reports, months: figures.months.count)
        let found = SeriesScreen.screen(&panel, row: 0)
        let listed = found.map { rejection in
            let month = rejection.period.flatMap(panel.month) ?? -1
            return "\(month) \(rejection.field) \(rejection.reason)"
        }
        #expect(listed == figures.found)
        var held: [Int: ReportFields] = [:]
        for rejection in found where !rejection.reason.hasSuffix("_noted") {
            let month = try #require(rejection.period.flatMap(panel.month))
            let field = try #require(Self.fields.first { $0.name == rejection.field })
            held[month, default: []].formUnion(field.fields)
            #expect(!rejection.expected.isEmpty && !rejection.hint.isEmpty)
            #expect(rejection.row == "enterprise_id=1 period=\(panel.period(month))")
        }
        for month in figures.months.indices {
            #expect(panel.heldFields(0, month) == held[month, default: []], "month \(month)")
            // The headcount counts whatever another field says.
            let heads = figures.months[month]["heads"].map { Int32($0) }
            #expect(panel.headcount(0, month) == heads)
        }
        #expect(SeriesScreen.screen(&panel, row: 0) == found)
    }

    static let staff = ["heads": Int64(100), "hires": 0, "left": 0]

    @Test(arguments: [
        Figures(
            "400 dismissed of 100 with no leavers",
            Figures.after(2, staff, ["dismissed": 400]), "2 employer_separations more_than_staff"),
        Figures(
            "400 dismissed of 100, nothing else reported",
            Figures.after(2, ["heads": 100], ["dismissed": 400]),
            "2 employer_separations more_than_staff"),
        Figures(
            "more dismissed than all who left",
            Figures.after(2, staff, ["dismissed": 60, "left": 20, "hires": 20]),
            "2 employer_separations more_than_leavers"),
        Figures(
            "dismissed, but nobody is missing",
            Figures.after(2, ["heads": 100, "hires": 0], ["dismissed": 40]),
            "2 employer_separations not_in_headcount"),
        Figures(
            "the next report shows the dismissals",
            Figures.after(
                2, ["heads": 100, "hires": 0], ["dismissed": 40], ["heads": 70])),
        Figures(
            "a layoff that the staff bears out, its flows left empty",
            Figures.after(2, ["heads": 800], ["heads": 100, "dismissed": 700])),
        Figures(
            "a layoff that the staff bears out by half",
            Figures.after(2, ["heads": 800], ["heads": 450, "dismissed": 700])),
        Figures(
            "everybody is dismissed",
            Figures.after(2, staff, ["heads": 0, "dismissed": 100, "left": 100])),
        Figures(
            "replaced by as many who joined",
            Figures.after(2, staff, ["hires": 90, "left": 90, "dismissed": 90])),
        Figures(
            "nine dismissed of five", Figures.after(2, ["heads": 5], ["dismissed": 9]),
            "2 employer_separations more_than_staff"),
        Figures("late paperwork", Figures.after(2, staff, ["dismissed": 10])),
        Figures(
            "a season that hires more than it had",
            Figures.after(2, ["heads": 10], ["heads": 90, "left": 30, "dismissed": 12])),
        Figures(
            "more leavers than staff",
            Figures.after(2, staff, ["left": 4_000]), "2 separations more_than_staff"),
        Figures(
            "more idle than staff", Figures.after(2, staff, ["idle": 106]), "2 idle more_than_staff"
        ),
        Figures("all idle", Figures.after(2, staff, ["idle": 105])),
        Figures("idle agency workers", Figures.after(2, staff, ["idle": 140, "agency": 40])),
        Figures(
            "idle before they left",
            Figures.after(2, staff, ["heads": 20, "left": 80, "idle": 100])),
        Figures(
            "more to be dismissed than staff",
            Figures.after(2, staff, ["planned": 500]), "2 planned_layoffs more_than_staff"),
        Figures(
            "more unpaid than ever worked here",
            Figures.after(2, staff, ["unpaid": 300]), "2 workers_unpaid more_than_staff"),
        Figures(
            "who left unpaid still waits",
            Figures.after(
                2, ["heads": 500], ["heads": 100, "unpaid": 500], ["heads": 90, "unpaid": 500])),
    ])
    func `more persons than there can be are held back alone`(figures: Figures) throws {
        try expect(figures)
    }

    static let insured: [String: Int64] = [
        "heads": 100, "insured": 100, "owed": 80_000, "given": 80_000,
    ]

    @Test(arguments: [
        Figures("a slip down", Figures.after(2, insured, ["insured": 1]), "2 insured insured_step"),
        Figures(
            "a slip down beside a fall of the staff",
            Figures.after(2, insured, ["insured": 1, "heads": 60]), "2 insured insured_step"),
        Figures(
            "the next report denies it",
            Figures.after(2, insured, ["insured": 10], [:]), "2 insured insured_step"),
        Figures(
            "the next report bears it out",
            Figures.after(2, insured, ["insured": 10], ["insured": 12])),
        Figures("nobody is insured any more", Figures.after(2, insured, ["insured": 0])),
        Figures("half of them are not insured", Figures.after(2, insured, ["insured": 50])),
        Figures(
            "contributions fell with them",
            Figures.after(2, insured, ["insured": 8, "owed": 6_400, "given": 6_400])),
        Figures(
            "paid for hardly anybody",
            Figures.after(2, insured, ["insured": 8, "owed": 88_000, "given": 0])),
        Figures(
            "the staff left with them", Figures.after(2, insured, ["insured": 8, "heads": 10])),
        Figures(
            "a slip up", Figures.after(2, insured, ["insured": 1_000]), "2 insured insured_step"),
        Figures(
            "agency workers are insured", Figures.after(2, insured, ["insured": 210, "agency": 10])),
        Figures(
            "no report followed, and the next is overdue",
            Figures.after(2, insured, ["insured": 10]) + [[:], [:]], "2 insured insured_step_noted"),
    ])
    func `insured persons that jump though the staff does not are held back`(
        figures: Figures
    ) throws {
        try expect(figures)
    }

    static let pay: [String: Int64] = [
        "heads": 100, "due": 500_000, "paid": 500_000, "owed": 80_000, "given": 80_000,
    ]

    @Test(arguments: [
        Figures(
            "a digit too many, and as much unpaid",
            Figures.after(3, pay, ["due": 5_000_000]), "3 wages_due amount_per_head"),
        Figures(
            "a year's pay at once", Figures.after(3, pay, ["due": 5_000_000, "paid": 5_000_000])),
        Figures("a bonus month unpaid", Figures.after(3, pay, ["due": 800_000, "paid": 0])),
        Figures(
            "a month in ten thousands",
            Figures.after(3, pay, ["due": 50, "paid": 50]), "3 wages_due amount_per_head"),
        Figures(
            "a month in fen", Figures.after(3, pay, ["due": 50_000_000, "paid": 50_000_000]),
            "3 wages_due amount_per_head"),
        Figures(
            "paid in ten thousands", Figures.after(3, pay, ["paid": 50]),
            "3 wages_paid far_below_due"),
        Figures(
            "paid ten times", Figures.after(3, pay, ["paid": 5_000_000]),
            "3 wages_paid far_above_owed"),
        Figures("a token payment", Figures.after(3, pay, ["paid": 1])),
        Figures("another token payment", Figures.after(3, pay, ["paid": 160])),
        Figures(
            "last month's pay in thousands",
            Figures.after(3, pay, ["due": 700_000, "paid": 500]), "3 wages_paid far_below_due"),
        Figures("nothing is paid", Figures.after(3, pay, ["paid": 0], ["paid": 0], ["paid": 0])),
        Figures("little is paid", Figures.after(3, pay, ["paid": 5_000])),
        Figures(
            "a year's debt is paid at once",
            Array(repeating: pay.merging(["paid": 0]) { $1 }, count: 11)
                + [pay.merging(["paid": 6_000_000]) { $1 }]),
        Figures(
            "half the staff left with half the pay",
            Figures.after(3, pay, ["heads": 50, "due": 250_000, "paid": 250_000])),
        Figures(
            "a site stops for the winter and opens again",
            Figures.after(
                3, pay, ["heads": 5, "due": 20_000, "paid": 20_000],
                ["heads": 100, "due": 500_000, "paid": 400_000])),
        Figures(
            "a site stops for one month and pays a month late",
            Figures.after(
                3, pay, ["heads": 5, "due": 25_000, "paid": 500_000],
                ["heads": 100, "due": 500_000, "paid": 25_000])),
        Figures(
            "a closed firm owes its last pay",
            Figures.after(3, pay, ["heads": 0, "due": 400_000, "paid": 0])),
        Figures("the first report of a closed firm", [["heads": 0, "due": 400_000, "paid": 0]]),
        Figures(
            "the headcount slipped, not the pay",
            Figures.after(3, ["heads": 80, "due": 400_000, "paid": 400_000], ["heads": 8])),
        Figures(
            "beyond all reason in the first month",
            [["heads": 10, "due": 50_000_000, "paid": 0]], "0 wages_due amount_per_head"),
        Figures(
            "well paid from the first month on",
            Figures.after(2, ["heads": 10, "due": 5_000_000, "paid": 5_000_000])),
        Figures(
            "contributions with a digit too many",
            Figures.after(3, pay, ["owed": 800_000]), "3 contributions_due amount_per_head"),
        Figures(
            "contributions imputed when nothing is declared",
            Figures.after(3, pay, ["owed": 88_000, "given": 0])),
        Figures(
            "contributions paid in ten thousands",
            Figures.after(3, pay, ["given": 8]), "3 contributions_paid far_below_due"),
    ])
    func `amounts a head beyond all reason are held back with their pair`(figures: Figures) throws {
        try expect(figures)
    }

    @Test func `a pair is hidden together, and the rest of the report is not`() {
        let reports = Figures("", Figures.after(3, Self.pay, ["due": 5_000_000, "idle": 7])).reports
        var panel = Self.panel(reports, months: 4)
        _ = SeriesScreen.screen(&panel, row: 0)
        #expect(panel.wagesDue(0, 3) == nil && panel.wagesPaid(0, 3) == nil)
        #expect(panel.hasReport(0, 3) && panel.idle(0, 3) == 7)
        #expect(panel.contributionsDue(0, 3) == 8_000_000)
        #expect(panel.rawReport(0, 3)?.wagesDue == 500_000_000)
    }

    @Test func `a revision settles a contradiction`() async throws {
        try await withBureau { bureau in
            try await bureau.report(1, "2026-09", 100, ["insured": "100"])
            try await bureau.report(1, "2026-10", 90, ["insured": "1", "idle": "500"])
            let first = try await bureau.read()
            #expect(
                first.rejections.counts == [
                    "labor.report insured_step": 1, "labor.report more_than_staff": 1,
                ])
            let row = try #require(first.facts.panel.row(of: 1))
            let month = try #require(first.facts.panel.month(of: period("2026-10")))
            #expect(first.facts.panel.heldFields(row, month) == [.insured, .idle])
            #expect(first.facts.panel.headcount(row, month) == 90)
            #expect(first.facts.panel.insured(row, month) == nil)
            try await bureau.report(
                1, "2026-10", 90, on: "2026-11-02", ["insured": "89", "idle": "5"])
            var polled = first
            polled.take(
                try await bureau.reader().changes(
                    since: first.watermark, knownEnterprises: 3, asOf: endOf("2026-11-05")))
            let whole = try await bureau.read()
            for reading in [polled, whole] {
                #expect(reading.rejections.listed == [])
                #expect(reading.facts.panel.heldFields(row, month) == [])
                #expect(reading.facts.panel.insured(row, month) == 89)
            }
        }
    }
}

@Suite struct UnitScreenTests {
    /// Enterprises of 40 staff and three months, each with the wages of its place in the list.
    private func panel(_ duesPerHead: [Double], contributions: Double = 1_500) -> Panel {
        let enterprises = duesPerHead.indices.map {
            Enterprise(
                id: Int64($0), name: "企业\($0)", regionCode: RegionCode("r"),
                industryCode: IndustryCode("E"))
        }
        var panel = Panel(
            first: Period(year: 2026, month: 1), months: 3, enterprises: enterprises)
        for (index, due) in duesPerHead.enumerated() {
            for month in 0..<3 {
                panel.place(
                    Report(
                        enterpriseID: Int64(index), period: panel.period(month), headcount: 40,
                        wagesDue: Int64(due * 4_000), wagesPaid: 0,
                        contributionsDue: Int64(contributions * 4_000), contributionsPaid: 0,
                        reportedAt: Instant(seconds: 1)))
            }
        }
        return panel
    }

    @Test(arguments: [
        (0.65, UnitDoubt.Unit.tenThousandYuan), (6.5, .thousandYuan), (65, .hundredYuan),
        (650_000, .fen), (7_000_000, .staffInThousands),
    ])
    func `wages of a whole table in another unit name the unit`(
        _ perHead: Double, _ unit: UnitDoubt.Unit
    ) throws {
        let panel = panel(Array(repeating: perHead, count: 8) + [6_000, 5_000])
        let doubt = try #require(UnitScreen.worst(in: panel))
        #expect(doubt.column == "wages_due" && doubt.unit == unit)
        #expect(doubt.enterprises == 8 && doubt.reporting == 10)
        #expect(abs(doubt.median - perHead) <= perHead / 50)
        #expect(UnitScreen.isWide(doubt))
    }

    @Test func `contributions have limits of their own`() throws {
        let panel = panel(Array(repeating: 6_000, count: 6), contributions: 0.15)
        let doubt = try #require(UnitScreen.worst(in: panel))
        #expect(doubt.column == "contributions_due" && doubt.unit == .tenThousandYuan)
        #expect(UnitScreen.all(in: panel).map(\.column) == ["contributions_due"])
    }

    @Test func `ordinary pay, and a few slips, are no other unit`() throws {
        #expect(UnitScreen.worst(in: panel([2_100, 5_500, 30_000, 90_000])) == nil)
        let slips = try #require(
            UnitScreen.worst(in: panel([0.6, 0.7] + Array(repeating: 6_000, count: 18))))
        #expect(!UnitScreen.isWide(slips))
    }
}
