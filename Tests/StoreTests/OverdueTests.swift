import Alerting
import Labor
import Store
import Testing

/// What should have been looked at; `noon(0)` lies in November 2026, the figures are of October.
@Suite struct OverdueTests {
    private func story(
        _ number: Int, _ change: (inout Episode) -> Void
    ) -> Story {
        var story = Story(number).told(.raised)
        change(&story.episode)
        return story
    }

    /// Each cause on the last day before it holds and on the first on which it does.
    @Test(
        arguments: [
            ("unanswered", AlertState.firing, 1), ("quiet", .firing, 62),
            ("taken_on_quiet", .acknowledged, 7),
            ("provisional", .provisional, 92),
        ] as [(String, AlertState, Int)])
    func `an alert is overdue from its day on and not a moment before`(
        cause: String, state: AlertState, days: Int
    ) async throws {
        try await withStore { bench in
            let story = story(1) { episode in
                episode.state = state
                episode.period = Period(year: 2027, month: 12)
                if cause == "unanswered" { episode.nextClockAt = noon(1) }
                if cause.contains("quiet") {
                    episode.quietSince = noon(0)
                    episode.quietPeriod = Period(year: 2026, month: 11)
                }
            }
            try await bench.commit(story)
            let due = noon(days)
            let before = Instant(microseconds: due.microseconds - 1)
            #expect(try await bench.store.overdue(at: before).isEmpty)
            let found = try await bench.store.overdue(at: due)
            #expect(found.map(\.cause.rawValue) == [cause])
            #expect(found.map(\.alert.episode) == [story.episode])
        }
    }

    @Test func `what is silent, quiet or over is told apart`() async throws {
        try await withStore { bench in
            let silent = story(1) { $0.period = Period(year: 2026, month: 7) }
            let fresh = story(2) { $0.period = Period(year: 2026, month: 9) }
            let over = story(3) { _ in }.told(.resolved)
            let taken = story(4) { episode in
                episode.state = .acknowledged
                episode.period = Period(year: 2026, month: 9)
            }
            for story in [silent, fresh, over, taken] { try await bench.commit(story) }
            let found = try await bench.store.overdue(at: noon(2))
            #expect(found.map(\.cause) == [.silent])
            #expect(found.map(\.alert.episode.id) == [silent.episode.id])
        }
    }
}
