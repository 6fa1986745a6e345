import Daemon
import Labor
import Testing

/// Which past days a replay looks at.
struct ReplayTests {
    private func days(
        _ first: (Int, Int), _ last: (Int, Int), _ step: Replay.Step
    ) -> [String] {
        Replay(
            from: Period(year: first.0, month: first.1),
            through: Period(year: last.0, month: last.1), every: step
        ).days.map(\.description)
    }

    @Test func `by the month it is each month's last day`() {
        #expect(
            days((2023, 11), (2024, 3), .month) == [
                "2023-11-30", "2023-12-31", "2024-01-31", "2024-02-29", "2024-03-31",
            ])
    }

    @Test func `by the week it is each Sunday and the last day of all`() {
        #expect(
            days((2024, 2), (2024, 2), .week) == [
                "2024-02-04", "2024-02-11", "2024-02-18", "2024-02-25", "2024-02-29",
            ])
    }

    @Test func `a span that ends on a Sunday does not name it twice`() {
        #expect(days((2024, 3), (2024, 3), .week).suffix(2) == ["2024-03-24", "2024-03-31"])
    }

    @Test func `by the day it is every day of the months`() {
        let all = days((2024, 2), (2024, 3), .day)
        #expect(all.count == 29 + 31)
        #expect(all.first == "2024-02-01")
        #expect(all.last == "2024-03-31")
        #expect(all == all.sorted())
    }

    @Test(arguments: Replay.Step.allCases)
    func `a span that ends before it begins has no days`(step: Replay.Step) {
        #expect(days((2024, 3), (2024, 2), step) == [])
    }
}
