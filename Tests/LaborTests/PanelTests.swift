import Labor
import Testing

@Suite struct PanelTests {
    static let first = Period(year: 2025, month: 11)

    private func panel(months: Int = 4, enterprises: [Int64] = [7, 3]) -> Panel {
        Panel(
            first: PanelTests.first, months: months,
            enterprises: enterprises.map {
                Enterprise(
                    id: $0, name: "企业\($0)", regionCode: RegionCode("540102"),
                    industryCode: IndustryCode("E"))
            })
    }

    private func report(
        _ enterprise: Int64 = 7, month: Int = 1, heads: Int32, at seconds: Int64 = 100,
        revision: Int64 = 0
    ) -> Report {
        Report(
            enterpriseID: enterprise, period: PanelTests.first.adding(month), headcount: heads,
            reportedAt: Instant(seconds: seconds), revision: revision)
    }

    @Test func `every field of a report is found at its place`() {
        var panel = panel()
        let report = Report(
            enterpriseID: 3, period: PanelTests.first.adding(2), headcount: 1, hires: 2,
            separations: 3, employerSeparations: 4, plannedLayoffs: 13, dispatched: 14, idle: 15,
            wagesDue: 5, wagesPaid: 6, workersUnpaid: 7,
            insured: 8, contributionsDue: 9, contributionsPaid: 10, contributionsDeferred: true,
            operatingState: .closed, reportedAt: Instant(seconds: 11), revision: 12)
        #expect(panel.place(report) == true)
        #expect(panel.row(of: 3) == 1)
        #expect(panel.headcount(1, 2) == 1)
        #expect(panel.hires(1, 2) == 2)
        #expect(panel.separations(1, 2) == 3)
        #expect(panel.employerSeparations(1, 2) == 4)
        #expect(panel.wagesDue(1, 2) == 5)
        #expect(panel.wagesPaid(1, 2) == 6)
        #expect(panel.workersUnpaid(1, 2) == 7)
        #expect(panel.insured(1, 2) == 8)
        #expect(panel.plannedLayoffs(1, 2) == 13)
        #expect(panel.dispatched(1, 2) == 14)
        #expect(panel.idle(1, 2) == 15)
        #expect(panel.contributionsDue(1, 2) == 9)
        #expect(panel.contributionsPaid(1, 2) == 10)
        #expect(panel.contributionsDeferred(1, 2))
        #expect(panel.operatingState(1, 2) == .closed)
        #expect(panel.reportedAt(1, 2) == Instant(seconds: 11))
        let elsewhere = (0..<2).flatMap { row in (0..<4).map { (row, $0) } }
            .filter { $0 != (1, 2) && panel.hasRaw($0.0, $0.1) }
        #expect(elsewhere.isEmpty)
    }

    @Test(arguments: OperatingState.allCases)
    func `each operating state comes back`(state: OperatingState) {
        var panel = panel()
        var report = report(heads: 5)
        report.operatingState = state
        panel.place(report)
        #expect(panel.operatingState(0, 1) == state)
        #expect(!panel.contributionsDeferred(0, 1))
        #expect(OperatingState(code: state.code) == state)
    }

    @Test func `a code of no state is none`() {
        #expect(OperatingState(code: 0) == nil)
        #expect(OperatingState(code: 5) == nil)
    }

    @Test func `the newest revision wins in whatever order they come`() {
        let reports = [
            report(heads: 10, at: 100, revision: 9), report(heads: 20, at: 200, revision: 1),
            report(heads: 30, at: 200, revision: 2), report(heads: 40, at: 150, revision: 99),
        ]
        for order in permutations(reports) {
            var panel = panel()
            for report in order { panel.place(report) }
            #expect(panel.headcount(0, 1) == 30)
            #expect(panel.reportedAt(0, 1) == Instant(seconds: 200))
        }
    }

    @Test func `a place tells whether a report took it`() {
        var panel = panel()
        #expect(panel.place(report(heads: 10, at: 100, revision: 5)) == true)
        #expect(panel.place(report(heads: 11, at: 99, revision: 6)) == false)
        #expect(panel.place(report(heads: 12, at: 100, revision: 4)) == false)
        #expect(panel.place(report(heads: 13, at: 100, revision: 5)) == true)
        #expect(panel.place(report(heads: 14, at: 101, revision: 0)) == true)
        #expect(panel.headcount(0, 1) == 14)
    }

    @Test func `a revision without a field takes the older value away`() {
        var panel = panel()
        var full = report(heads: 10, at: 100)
        full.hires = 4
        full.wagesDue = 500
        full.contributionsDeferred = true
        full.operatingState = .suspended
        panel.place(full)
        panel.place(report(heads: 10, at: 200))
        #expect(panel.hires(0, 1) == nil)
        #expect(panel.wagesDue(0, 1) == nil)
        #expect(panel.operatingState(0, 1) == nil)
        #expect(!panel.contributionsDeferred(0, 1))
    }

    @Test(arguments: [(-1, false), (0, true), (3, true), (4, false), (1_000, false)])
    func `months outside the window are passed over`(month: Int, isInside: Bool) {
        var panel = panel()
        let taken = panel.place(report(month: month, heads: 10))
        #expect(taken == isInside)
        #expect((panel.month(of: PanelTests.first.adding(month)) != nil) == isInside)
        #expect(panel.last == PanelTests.first.adding(3))
        #expect(panel.period(3) == panel.last)
    }

    @Test func `an unknown enterprise is passed over`() {
        var panel = panel()
        #expect(panel.place(report(99, heads: 10)) == false)
        #expect(panel.row(of: 99) == nil)
    }

    @Test func `an empty panel has no place and takes nothing`() {
        var panel = panel(enterprises: [])
        #expect(panel.place(report(heads: 1)) == false)
        #expect(panel.enterprises.isEmpty)
    }

    @Test func `a held place keeps its values where detectors do not look`() {
        var panel = panel()
        var placed = report(heads: 5_000)
        placed.hires = 1
        placed.separations = 2
        placed.operatingState = .normal
        placed.contributionsDeferred = true
        panel.place(placed)
        panel.hold(row: 0, month: 1, true)
        #expect(panel.isHeld(0, 1))
        #expect(panel.hasRaw(0, 1))
        #expect(!panel.hasReport(0, 1))
        #expect(panel.headcount(0, 1) == nil)
        #expect(panel.hires(0, 1) == nil)
        #expect(panel.operatingState(0, 1) == nil)
        #expect(!panel.contributionsDeferred(0, 1))
        #expect(panel.latestReport(0, upTo: 3) == nil)
        #expect(panel.rawHeadcount(0, 1) == 5_000)
        #expect(panel.rawFlow(0, 1).map { [$0.hires, $0.separations] } == [1, 2])
        panel.hold(row: 0, month: 1, false)
        #expect(panel.headcount(0, 1) == 5_000)
        #expect(panel.operatingState(0, 1) == .normal)
        #expect(panel.contributionsDeferred(0, 1))
    }

    @Test func `a new revision is free of the hold of the old one`() {
        var panel = panel()
        panel.place(report(heads: 5_000, at: 100))
        panel.hold(row: 0, month: 1, true)
        panel.place(report(heads: 50, at: 200))
        #expect(!panel.isHeld(0, 1))
        #expect(panel.headcount(0, 1) == 50)
    }

    @Test func `a cleared enterprise has no month, and older reports may come again`() {
        var panel = panel()
        panel.place(report(7, heads: 10, at: 500))
        panel.place(report(3, heads: 20))
        panel.hold(row: 0, month: 1, true)
        panel.clear(row: 0)
        #expect(!panel.hasRaw(0, 1) && !panel.isHeld(0, 1))
        #expect(panel.rawHeadcount(0, 1) == nil)
        #expect(panel.rawFlow(0, 1) == nil)
        #expect(panel.headcount(1, 1) == 20)
        #expect(panel.place(report(7, heads: 9, at: 1)) == true)
        #expect(panel.headcount(0, 1) == 9)
    }

    @Test func `a flow is there when both its parts are`() {
        var panel = panel()
        var half = report(heads: 10)
        half.hires = 3
        panel.place(half)
        #expect(panel.rawFlow(0, 1) == nil)
        #expect(panel.hires(0, 1) == 3)
    }

    @Test func `the latest report that counts is found within the limit`() {
        var panel = panel()
        for month in 0..<4 { panel.place(report(month: month, heads: 10)) }
        panel.hold(row: 0, month: 3, true)
        #expect(panel.latestReport(0, upTo: 99) == 2)
        #expect(panel.latestReport(0, upTo: 1) == 1)
        #expect(panel.latestReport(0, upTo: -1) == nil)
        #expect(panel.latestReport(1, upTo: 3) == nil)
    }

    @Test func `an enterprise is replaced without its months`() {
        var panel = panel()
        panel.place(report(heads: 10))
        var changed = panel.enterprises[0]
        changed.name = "新名"
        panel.replace(changed)
        #expect(panel.enterprises[0].name == "新名")
        #expect(panel.headcount(0, 1) == 10)
        panel.replace(
            Enterprise(
                id: 99, name: "x", regionCode: RegionCode("r"), industryCode: IndustryCode("E")))
        #expect(panel.enterprises.count == 2)
    }

    @Test func `an enterprise that stands twice is a mistake of the caller`() async {
        await #expect(processExitsWith: .failure) {
            let twin = Enterprise(
                id: 1, name: "x", regionCode: RegionCode("r"), industryCode: IndustryCode("E"))
            _ = Panel(first: Period(year: 2026, month: 1), months: 1, enterprises: [twin, twin])
        }
    }

    private func permutations(_ reports: [Report]) -> [[Report]] {
        guard reports.count > 1 else { return [reports] }
        return reports.indices.flatMap { index in
            var rest = reports
            let one = rest.remove(at: index)
            return permutations(rest).map { [one] + $0 }
        }
    }
}

@Suite struct ColumnTests {
    @Test func `zero is a value and the sentinel is none`() {
        var column = Column<Int32>()
        #expect(column[5] == nil)
        column.set(nil, at: 1, of: 3)
        column.set(0, at: 1, of: 3)
        column.set(Int32.max, at: 2, of: 3)
        #expect((0..<3).map { column[$0] } == [nil, 0, Int32.max])
        column.set(Column<Int32>.none, at: 2, of: 3)
        column.set(nil, at: 1, of: 3)
        #expect((0..<3).map { column[$0] } == [nil, nil, nil])
    }
}
