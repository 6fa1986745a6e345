import Alerting
import Foundation
import Labor

/// The figures of one episode over the months, with expected values and events, as SVG.
struct CourseChart {
    /// Minimum number of months drawn before the month of the first event.
    private static let lead = 6

    private static let width = 720.0
    private static let height = 240.0
    private static let left = 60.0
    private static let right = 30.0
    private static let top = 30.0
    private static let bottom = 30.0

    /// One event in the chart: its place in time, its words, sign and colour.
    private struct Mark {
        var x: Double
        var word: String
        var sign: String
        var colour: String
    }

    private let course: Course
    private let marks: [Mark]
    /// The months in which the truth file has an event, in months from the left edge of the chart.
    private let truth: [ClosedRange<Double>]
    private let floor: Double
    private let ceiling: Double

    /// A chart of an episode's course.
    /// - Parameters:
    ///   - truth: the months in which the truth file has an event of the episode's subject and
    ///     kind.
    ///   - shown: the words for an event, printed next to its day.
    init(
        _ told: BacktestReport.Told, _ course: Course, truth: [ClosedRange<Period>], zone: Zone,
        shown: (AlertEvent) -> String
    ) {
        // Events about a month are raised in the next month; the chart extends to that month.
        let begin = told.first.event.period.adding(-CourseChart.lead)
        let course = course.filled(begin...max(begin, zone.day(told.last.event.asOf).period))
        self.course = course
        let first = course.points.first?.period ?? told.first.event.period
        let end = Double(course.points.count)
        self.truth = truth.compactMap { span in
            let from = Double(span.lowerBound.months(since: first))
            let to = Double(span.upperBound.months(since: first)) + 1
            return from < end && to > 0 ? max(0, from)...min(end, to) : nil
        }
        marks = told.notices.filter { CourseChart.isDrawn($0.event) }.map { notice in
            let event = notice.event
            let day = zone.day(event.asOf)
            let share = Double(day.civil.day) / Double(day.period.lastDay.civil.day)
            let x = Double(day.period.months(since: first)) + share
            return Mark(
                x: min(max(0, x), end),
                word: "\(day) \(shown(event))",
                sign: CourseChart.sign(event.what), colour: CourseChart.colour(event))
        }
        let span = course.ceiling - course.floor
        floor = course.floor
        ceiling = span > 0 ? course.ceiling + span * 0.1 : course.ceiling + 1
    }

    /// Whether an event is drawn. An acknowledgement or a reminder has no new figures and is not
    /// drawn.
    static func isDrawn(_ event: AlertEvent) -> Bool {
        [.raised, .tierChanged, .confirmed].contains(event.what) || !event.toState.isOpen
    }

    /// The sign above an event's line.
    static func sign(_ what: AlertWhat) -> String {
        switch what {
        case .raised: "▲"
        case .tierChanged: "◆"
        case .confirmed: "●"
        case .withdrawn: "✕"
        case .resolved: "■"
        default: "·"
        }
    }

    private static func colour(_ event: AlertEvent) -> String {
        guard event.toState.isOpen else { return "#2e7d32" }
        return switch event.toTier {
        case .blue: "#1565c0"
        case .yellow: "#b58900"
        case .orange: "#ef6c00"
        case .red: "#c62828"
        }
    }

    /// The chart as SVG. A screen reader reads `label` aloud.
    func svg(label: String) -> String {
        let size = "\(text(CourseChart.width)) \(text(CourseChart.height))"
        var lines = [
            "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 \(size)\" "
                + "width=\"\(text(CourseChart.width))\" role=\"img\">",
            "<title>\(Markup.html(label))</title>",
        ]
        let (top, base) = (text(CourseChart.top), text(y(floor)))
        for span in truth {
            lines.append(
                "<rect class=\"truth\" x=\"\(text(x(span.lowerBound)))\" y=\"\(top)\" "
                    + "width=\"\(text(x(span.upperBound) - x(span.lowerBound)))\" "
                    + "height=\"\(text(y(floor) - CourseChart.top))\"/>")
        }
        lines += axes
        lines += bands("far") { $0.far } + bands("near") { $0.near }
        lines += polylines("expected") { $0.expected } + polylines("value") { $0.value }
        for (index, point) in course.points.enumerated() {
            guard let value = point.value else { continue }
            lines.append(
                "<circle cx=\"\(text(x(Double(index + 1))))\" cy=\"\(text(y(value)))\" r=\"2.5\">"
                    + "<title>\(title(point))</title></circle>")
        }
        lines += marks.map { mark in
            let x = text(x(mark.x))
            return
                "<g class=\"mark\" stroke=\"\(mark.colour)\" fill=\"\(mark.colour)\">"
                + "<title>\(Markup.html(mark.word))</title>"
                + "<line x1=\"\(x)\" x2=\"\(x)\" y1=\"\(top)\" y2=\"\(base)\"/>"
                + "<text x=\"\(x)\" y=\"\(text(CourseChart.top - 6))\">\(mark.sign)</text></g>"
        }
        return lines.joined(separator: "\n") + "\n</svg>\n"
    }

    private func title(_ point: Course.Point) -> String {
        let value = point.value.map(Course.number) ?? ""
        guard let expected = point.expected else { return "\(point.period): \(value)" }
        let band = point.far.map {
            " (\(Course.number($0.lowerBound))–\(Course.number($0.upperBound)))"
        }
        return "\(point.period): \(value) / \(Course.number(expected))\(band ?? "")"
    }

    /// Runs of consecutive months with a figure, as ranges of indices.
    private func runs(_ has: (Course.Point) -> Bool) -> [Range<Int>] {
        var runs: [Range<Int>] = []
        for (index, point) in course.points.enumerated() where has(point) {
            if let last = runs.last, last.upperBound == index {
                runs[runs.count - 1] = last.lowerBound..<index + 1
            } else {
                runs.append(index..<index + 1)
            }
        }
        return runs
    }

    private func polylines(
        _ name: String, _ figure: (Course.Point) -> Double?
    ) -> [String] {
        runs { figure($0) != nil }.map { run in
            let known = run.compactMap { index in
                figure(course.points[index]).map { (x: x(Double(index + 1)), y: text(y($0))) }
            }
            // A single month is drawn as a short line, because a line of one point is invisible.
            let slack = known.count == 1 ? 5.0 : 0
            let ends = known.count == 1 ? known + known : known
            let points = ends.enumerated().map { place, point in
                "\(text(point.x + (place == 0 ? -slack : slack))),\(point.y)"
            }
            return "<polyline class=\"\(name)\" points=\"\(points.joined(separator: " "))\"/>"
        }
    }

    /// The areas between the two ends of a band. The area of a single month is as wide as a stroke.
    private func bands(
        _ name: String, _ band: (Course.Point) -> ClosedRange<Double>?
    ) -> [String] {
        runs { band($0) != nil }.map { run in
            let known = run.compactMap { index in
                band(course.points[index]).map { (x: x(Double(index + 1)), range: $0) }
            }
            let slack = known.count == 1 ? 4.0 : 0
            let upper = known.map { "\(text($0.x - slack)),\(text(y($0.range.upperBound)))" }
            let lower = known.reversed().map {
                "\(text($0.x - slack)),\(text(y($0.range.lowerBound)))"
            }
            let ends = known.count == 1 ? known.map { ($0.x + slack, $0.range) } : []
            let rest = ends.flatMap { x, range in
                [
                    "\(text(x)),\(text(y(range.lowerBound)))",
                    "\(text(x)),\(text(y(range.upperBound)))",
                ]
            }
            let points = (upper + lower + rest).joined(separator: " ")
            return "<polygon class=\"band \(name)\" points=\"\(points)\"/>"
        }
    }

    private var axes: [String] {
        let (base, end) = (text(y(floor)), text(CourseChart.width - CourseChart.right))
        let left = text(CourseChart.left)
        var lines = [
            "<path class=\"axis\" d=\"M\(left) \(text(CourseChart.top))V\(base)H\(end)\"/>"
        ]
        for share in [0.0, 0.5, 1.0] {
            let value = floor + (ceiling - floor) * share
            lines.append(
                "<text class=\"end\" x=\"\(text(CourseChart.left - 6))\" "
                    + "y=\"\(text(y(value) + 4))\">\(Course.number(rounded(value)))</text>")
        }
        let months = course.points.count
        for month in stride(from: 0, to: months, by: max(1, months / 6)) {
            lines.append(
                "<text class=\"middle\" x=\"\(text(x(Double(month + 1))))\" "
                    + "y=\"\(text(y(floor) + 16))\">\(course.points[month].period)</text>")
        }
        return lines
    }

    /// A number for an axis; with two decimals if all numbers are small.
    private func rounded(_ value: Double) -> Double {
        ceiling - floor >= 20 ? value.rounded() : (value * 100).rounded() / 100
    }

    /// The horizontal position of a time, given in months since the start of the first month.
    private func x(_ month: Double) -> Double {
        let room = CourseChart.width - CourseChart.left - CourseChart.right
        return CourseChart.left + month / Double(max(1, course.points.count)) * room
    }

    private func y(_ value: Double) -> Double {
        let room = CourseChart.height - CourseChart.top - CourseChart.bottom
        return CourseChart.height - CourseChart.bottom
            - (value - floor) / (ceiling - floor) * room
    }

    private func text(_ number: Double) -> String { String(format: "%.1f", number) }
}
