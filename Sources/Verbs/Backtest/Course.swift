import Detect
import Labor

/// A figure month by month, with its expected values. Charts are drawn from courses.
struct Course: Hashable, Sendable {
    /// One month.
    struct Point: Hashable, Sendable {
        var period: Period
        /// The reported value; nil without a report.
        var value: Double?
        var expected: Double?
        /// `near` is the range of one scale around the expected value, `far` the range of two
        /// scales; nil without an expected value.
        var near: ClosedRange<Double>?
        var far: ClosedRange<Double>?
    }

    /// The name of the figure, `headcount`.
    var measure: String
    /// The months, oldest first, without duplicates.
    var points: [Point]

    /// The course of an enterprise's staff; nil if no month has a figure.
    init?(staff months: [StaffExpectation.Month]) {
        guard months.contains(where: { $0.staff != nil }) else { return nil }
        measure = "headcount"
        points = months.map { month in
            Point(
                period: month.period, value: month.staff.map(Double.init),
                expected: month.expected, near: month.band(1), far: month.band(2))
        }
    }

    /// The course of the figures in evidence, each with the month that it decided. If rows of
    /// several months share a figure, the course shows that figure; otherwise it shows the measured
    /// value.
    ///
    /// Nil with fewer than two months.
    init?(_ told: [(period: Period, evidence: Evidence)]) {
        let told = told.sorted { $0.period < $1.period }
        if let rows = Course.rows(told.map(\.evidence)) {
            self = rows
        } else {
            measure = "value"
            points = Course.inOrder(
                told.compactMap { period, evidence in
                    evidence.value.map { Point(period: period, value: $0) }
                })
        }
        for (period, evidence) in told { expect(evidence, in: period) }
        guard points.count > 1 else { return nil }
    }

    /// Figures of rows, in order of preference. `due` is the figure that should equal the first one
    /// in the same row: wages paid should equal wages due.
    private static let figures: [(name: String, due: String?)] = [
        ("wages_paid", "wages_due"), ("contributions_paid", "contributions_due"),
        ("headcount", nil), ("persons", nil), ("value", nil),
    ]
    /// Rows that are older than this number of months belong to a season, not to the course.
    private static let monthsMax = 24

    /// The rows of months, without rows that name one enterprise of several; nil when no row is
    /// left.
    private static func rows(_ all: [Evidence]) -> Course? {
        func months(_ evidence: Evidence) -> [EvidenceRow] {
            evidence.rows.filter { $0.period != nil && $0.values["enterprise_id"] == nil }
        }
        let own = all.map(months).last { $0.count > 1 } ?? []
        let figure = figures.first { figure in
            !own.isEmpty && own.allSatisfy { $0.values[figure.name]?.asNumber != nil }
        }
        guard let figure else { return nil }
        let points = inOrder(
            all.flatMap(months).compactMap { row in
                guard let period = row.period, let value = row.values[figure.name]?.asNumber
                else { return nil }
                let due = figure.due.flatMap { row.values[$0]?.asNumber }
                return Point(period: period, value: value, expected: due)
            })
        guard let end = points.last?.period, points.count > 1 else { return nil }
        var course = Course(measure: figure.name, points: [])
        course.points = points.filter { end.months(since: $0.period) < monthsMax }
        return course
    }

    private init(measure: String, points: [Point]) {
        self.measure = measure
        self.points = points
    }

    /// One point per month; if a month occurs twice, the later point counts.
    private static func inOrder(_ points: [Point]) -> [Point] {
        let newest = Dictionary(
            points.map { ($0.period, $0) }, uniquingKeysWith: { _, last in last })
        return newest.values.sorted { $0.period < $1.period }
    }

    /// Adds the expected value of evidence, if the value of the evidence is the figure of the
    /// course. Rules measure in units of their own.
    private mutating func expect(_ evidence: Evidence, in period: Period) {
        guard let place = points.firstIndex(where: { $0.period == period }),
            let shown = points[place].value, let value = evidence.value,
            abs(shown - value) <= 0.5, let expected = evidence.expected
        else { return }
        points[place].expected = expected
        guard let scale = evidence.scale, scale > 0, measure != "headcount" else { return }
        // Persons, shares and rates are never negative.
        let least = min(0, expected, shown)
        func band(_ scales: Double) -> ClosedRange<Double> {
            max(least, expected - scales * scale)...expected + scales * scale
        }
        points[place].near = band(1)
        points[place].far = band(2)
    }

    /// The largest number to draw; at least 0.
    var ceiling: Double {
        points.flatMap { [$0.value, $0.expected, $0.far?.upperBound].compactMap { $0 } }.max() ?? 0
    }

    /// The smallest number to draw; at most 0.
    var floor: Double {
        let least = points.flatMap {
            [$0.value, $0.expected, $0.far?.lowerBound].compactMap { $0 }
        }
        return min(0, least.min() ?? 0)
    }

    /// The same course with every month from the first to the last; added months have no value.
    var filled: Course {
        guard let first = points.first?.period, let last = points.last?.period else { return self }
        return filled(first...last)
    }

    /// The same course with every month of a given range and of its own range.
    func filled(_ span: ClosedRange<Period>) -> Course {
        let first = min(span.lowerBound, points.first?.period ?? span.lowerBound)
        let last = max(span.upperBound, points.last?.period ?? span.upperBound)
        let known = Dictionary(points.map { ($0.period, $0) }, uniquingKeysWith: { _, new in new })
        var filled = self
        filled.points = (0...last.months(since: first)).map { offset in
            let period = first.adding(offset)
            return known[period] ?? Point(period: period)
        }
        return filled
    }
}

extension JSONValue {
    /// The value as a number; nil for other values.
    var asNumber: Double? {
        switch self {
        case .int(let value): Double(value)
        case .double(let value): value
        default: nil
        }
    }
}
