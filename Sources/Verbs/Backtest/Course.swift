import Detect
import Labor

/// How a figure went, month by month, beside what was expected of it: what charts are drawn from.
struct Course: Hashable, Sendable {
    /// One month.
    struct Point: Hashable, Sendable {
        var period: Period
        /// What was reported; nil where nothing was.
        var value: Double?
        var expected: Double?
        /// What lies within one scale of what was expected, and within two.
        var near: ClosedRange<Double>?
        var far: ClosedRange<Double>?
    }

    /// The name of the figure, `headcount`.
    var measure: String
    /// The months, oldest first, each once.
    var points: [Point]

    /// The course of an enterprise's staff; nil when no month has a figure.
    init?(staff months: [StaffExpectation.Month]) {
        guard months.contains(where: { $0.staff != nil }) else { return nil }
        measure = "headcount"
        points = months.map { month in
            Point(
                period: month.period, value: month.staff.map(Double.init),
                expected: month.expected, near: month.band(1), far: month.band(2))
        }
    }

    /// The course that pieces of evidence tell, each of the month that it decided: of the figure
    /// that their rows share where there are rows of several months, else of what was measured.
    ///
    /// Nil when there is nothing of two months or more.
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

    /// Figures that rows share, the one to look at first, beside what should equal it where the
    /// same row says so: wages that were paid ought to be those that were due.
    private static let figures: [(name: String, due: String?)] = [
        ("wages_paid", "wages_due"), ("contributions_paid", "contributions_due"),
        ("headcount", nil), ("persons", nil), ("value", nil),
    ]
    /// Rows that lie further back are those of a season, not of the course.
    private static let monthsMax = 24

    /// The rows of months, without those that single out one enterprise of many.
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

    /// One point a month; of two the later one counts.
    private static func inOrder(_ points: [Point]) -> [Point] {
        let newest = Dictionary(
            points.map { ($0.period, $0) }, uniquingKeysWith: { _, last in last })
        return newest.values.sorted { $0.period < $1.period }
    }

    /// Notes what a piece of evidence expected, where its value is the figure that is shown: rules
    /// measure in a unit of their own.
    private mutating func expect(_ evidence: Evidence, in period: Period) {
        guard let place = points.firstIndex(where: { $0.period == period }),
            let shown = points[place].value, let value = evidence.value,
            abs(shown - value) <= 0.5, let expected = evidence.expected
        else { return }
        points[place].expected = expected
        guard let scale = evidence.scale, scale > 0, measure != "headcount" else { return }
        // Persons, shares and rates have no figures below 0.
        let least = min(0, expected, shown)
        func band(_ scales: Double) -> ClosedRange<Double> {
            max(least, expected - scales * scale)...expected + scales * scale
        }
        points[place].near = band(1)
        points[place].far = band(2)
    }

    /// The largest number that is drawn; 0 when none is above.
    var ceiling: Double {
        points.flatMap { [$0.value, $0.expected, $0.far?.upperBound].compactMap { $0 } }.max() ?? 0
    }

    /// The smallest number that is drawn, at most 0.
    var floor: Double {
        let least = points.flatMap {
            [$0.value, $0.expected, $0.far?.lowerBound].compactMap { $0 }
        }
        return min(0, least.min() ?? 0)
    }

    /// The same with every month from the first to the last, those between without a figure.
    var filled: Course {
        guard let first = points.first?.period, let last = points.last?.period else { return self }
        return filled(first...last)
    }

    /// The same with every month of a span that is given and of its own.
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
    /// The value as a number; nil when it is none.
    var asNumber: Double? {
        switch self {
        case .int(let value): Double(value)
        case .double(let value): value
        default: nil
        }
    }
}
