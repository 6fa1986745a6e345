import Alerting
import Detect
import Labor
import Source

/// The series of figures of a backtest's episodes, which a report draws.
///
/// The staff of an enterprise is shown as known a few months after the episode's last event, not as
/// known at the end of the replay. The baseline looks back three years, and a replay may be longer.
struct BacktestCourses {
    /// Number of months drawn before the month that raised the alert.
    private static let lead = 14
    /// Number of months drawn after the last event.
    private static let trail = 3

    /// Evidence about subjects that are not enterprises, by rule and subject, then by month.
    private var measured: [EpisodeKey: [Period: Evidence]] = [:]
    /// The latest month with a finding, by episode.
    private var newest: [EpisodeKey: Period] = [:]

    init() {}

    /// Adds the findings of a day. The staff of enterprises is read from the tape instead.
    mutating func note(_ findings: [Finding]) {
        for finding in findings where finding.subject.type != .enterprise {
            let (key, period) = (finding.key, finding.period)
            // Of an earlier month, keep only that month's own figures: a replay may be long.
            if let last = newest[key], last != period {
                measured[key]?[last]?.rows.removeAll {
                    $0.period != last || $0.values["enterprise_id"] != nil
                }
            }
            newest[key] = period
            measured[key, default: [:]][period] = finding.evidence
        }
    }

    /// The courses of each episode that has any, by the episode's index.
    /// - Parameter last: the last day of the replay; nothing known later is shown.
    func all(
        of episodes: [BacktestReport.Told], tape: RevisionTape, rules: [Rule], last: Day, zone: Zone
    ) -> [Int: [Course]] {
        var courses: [Int: [Course]] = [:]
        var days: [Day: [Int]] = [:]
        for (index, told) in episodes.enumerated() {
            guard told.first.event.subject.type == .enterprise else {
                courses[index] = course(told).map { [$0] }
                continue
            }
            let end = zone.day(told.last.event.asOf).period.adding(BacktestCourses.trail).lastDay
            days[min(last, end), default: []].append(index)
        }
        for (day, places) in days.sorted(by: { $0.key < $1.key }) {
            let asOf = zone.asOf(day)
            let known = StaffExpectation(tape.facts(asOf).facts, asOf: asOf, rules: rules)
            for index in places {
                let told = episodes[index]
                let drawn = [figures(told), staff(told, known, through: day)].compactMap { $0 }
                courses[index] = drawn.isEmpty ? nil : drawn
            }
        }
        return courses
    }

    private func staff(
        _ told: BacktestReport.Told, _ known: StaffExpectation, through day: Day
    ) -> Course? {
        let event = told.first.event
        let from = event.period.adding(-BacktestCourses.lead)
        guard let id = Int64(event.subject.id), day.period >= from else { return nil }
        let months = known.months(
            of: id, in: from...day.period, by: event.rule, onset: event.onset)
        return Course(staff: months)
    }

    /// The figures that the rule examines, if they are not the staff: wages, contributions. Nil for
    /// rules about the staff.
    private func figures(_ told: BacktestReport.Told) -> Course? {
        guard told.first.event.kind != .layoff, let course = course(told),
            course.measure != "headcount", course.measure != "value"
        else { return nil }
        return course
    }

    /// The rows of the events' evidence, and the measured value of every month with a finding; nil
    /// without figures.
    private func course(_ told: BacktestReport.Told) -> Course? {
        let first = told.first.event
        let key = EpisodeKey(
            rule: first.rule, subjectType: first.subject.type, subjectID: first.subject.id)
        let said = told.notices.filter { $0.event.isJudged && $0.event.toState.isOpen }
        let months = Set(said.map(\.event.period))
        let from = first.period
        let through = told.last.event.period
        let others = (measured[key] ?? [:]).filter { period, _ in
            from <= period && period <= through && !months.contains(period)
        }
        return Course(
            others.map { (period: $0.key, evidence: $0.value) }
                + said.map { (period: $0.event.period, evidence: $0.event.evidence) })
    }
}
