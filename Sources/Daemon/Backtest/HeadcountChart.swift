import Alerting
import Foundation
import Labor

/// The staff of one enterprise over the months, with what was said of it, as SVG.
struct HeadcountChart {
    /// Months drawn before the month that raised the alarm.
    private static let lead = 14
    /// Months drawn after the last event.
    private static let trail = 3

    private static let width = 720.0
    private static let height = 220.0
    private static let left = 60.0
    private static let right = 15.0
    private static let top = 24.0
    private static let bottom = 30.0

    /// One thing said: where in time, in which words and colour.
    private struct Mark {
        var x: Double
        var word: String
        var colour: String
    }

    private let first: Period
    private let months: Int
    /// Staff at the end of each month; nil where no report counts.
    private let staff: [Int32?]
    private let marks: [Mark]
    /// Expected staff by month.
    private let expected: [(month: Int, value: Double)]
    private let ceiling: Double

    /// A chart of an episode; nil when it is not of an enterprise, or no staff is known.
    init?(_ told: BacktestReport.Told, panel: Panel, zone: Zone) {
        let subject = told.first.event.subject
        guard subject.type == .enterprise, let id = Int64(subject.id), let row = panel.row(of: id)
        else { return nil }
        let from = max(panel.first, told.first.event.period.adding(-HeadcountChart.lead))
        let lastDay = zone.day(told.last.event.asOf)
        let to = max(from, min(panel.last, lastDay.period.adding(HeadcountChart.trail)))
        let count = to.months(since: from) + 1
        let staff = (0..<count).map { index -> Int32? in
            panel.month(of: from.adding(index)).flatMap { panel.headcount(row, $0) }
        }
        guard staff.contains(where: { $0 != nil }) else { return nil }
        first = from
        months = count
        self.staff = staff
        marks = told.notices.compactMap { notice in
            let event = notice.event
            guard HeadcountChart.isDrawn(event) else { return nil }
            let day = zone.day(event.asOf)
            let share = Double(day.civil.day) / Double(day.period.lastDay.civil.day)
            return Mark(
                x: Double(day.period.months(since: from)) + share,
                word: "\(day) \(event.what.rawValue) \(event.toTier.rawValue)",
                colour: HeadcountChart.colour(event))
        }
        // Evidence is in the rule's own unit: it is staff when its value is what was reported.
        expected = told.notices.compactMap { notice in
            let event = notice.event
            let month = event.period.months(since: from)
            guard staff.indices.contains(month), let heads = staff[month],
                event.evidence.value == Double(heads), let value = event.evidence.expected,
                value.isFinite
            else { return nil }
            return (month, value)
        }
        let highest = staff.compactMap { $0.map(Double.init) } + expected.map(\.value)
        ceiling = max(1, (highest.max() ?? 1) * 1.1)
    }

    private static func isDrawn(_ event: AlertEvent) -> Bool {
        event.what == .raised || event.what == .tierChanged || !event.toState.isOpen
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

    /// The chart; its label is read out by a screen reader.
    func svg(label: String) -> String {
        let size = "\(text(HeadcountChart.width)) \(text(HeadcountChart.height))"
        var lines = [
            "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 \(size)\" "
                + "width=\"\(text(HeadcountChart.width))\" role=\"img\">",
            "<title>\(Markup.html(label))</title>",
        ]
        lines += axes
        for line in runs {
            let points = line.map { "\(text(x(Double($0.month + 1)))),\(text(y($0.heads)))" }
            lines.append(
                "<polyline points=\"\(points.joined(separator: " "))\" fill=\"none\" "
                    + "stroke=\"#333\" stroke-width=\"2\"/>")
            for point in line {
                lines.append(
                    "<circle cx=\"\(text(x(Double(point.month + 1))))\" "
                        + "cy=\"\(text(y(point.heads)))\" r=\"2.5\" fill=\"#333\"/>")
            }
        }
        for point in expected {
            let (x, y) = (x(Double(point.month + 1)), y(point.value))
            lines.append(
                "<path class=\"expected\" d=\"M\(text(x)) \(text(y - 5))l5 5l-5 5l-5 -5z\" "
                    + "fill=\"none\" stroke=\"#6a1b9a\">"
                    + "<title>\(text(point.value))</title></path>")
        }
        lines += marks.map { mark in
            let x = text(x(mark.x))
            return
                "<line class=\"mark\" x1=\"\(x)\" x2=\"\(x)\" y1=\"\(text(HeadcountChart.top))\" "
                + "y2=\"\(text(y(0)))\" stroke=\"\(mark.colour)\" stroke-width=\"2\">"
                + "<title>\(Markup.html(mark.word))</title></line>"
        }
        return lines.joined(separator: "\n") + "\n</svg>\n"
    }

    /// Months without a gap between them; each run is one line.
    private var runs: [[(month: Int, heads: Double)]] {
        var runs: [[(month: Int, heads: Double)]] = []
        var isOpen = false
        for (month, heads) in staff.enumerated() {
            guard let heads else {
                isOpen = false
                continue
            }
            if !isOpen { runs.append([]) }
            runs[runs.count - 1].append((month, Double(heads)))
            isOpen = true
        }
        return runs
    }

    private var axes: [String] {
        let (base, end) = (text(y(0)), text(HeadcountChart.width - HeadcountChart.right))
        let left = text(HeadcountChart.left)
        var lines = [
            "<path d=\"M\(left) \(text(HeadcountChart.top))V\(base)H\(end)\" fill=\"none\" "
                + "stroke=\"#999\"/>"
        ]
        for share in [0.0, 0.5, 1.0] {
            let value = (ceiling * share).rounded()
            lines.append(
                "<text x=\"\(text(HeadcountChart.left - 6))\" y=\"\(text(y(value) + 4))\" "
                    + "font-size=\"11\" text-anchor=\"end\">\(Int(value))</text>")
        }
        for month in stride(from: 0, to: months, by: max(1, months / 6)) {
            lines.append(
                "<text x=\"\(text(x(Double(month + 1))))\" y=\"\(text(y(0) + 16))\" "
                    + "font-size=\"11\" text-anchor=\"middle\">\(first.adding(month))</text>")
        }
        return lines
    }

    /// Where a time lies, in months from the start of the first month.
    private func x(_ month: Double) -> Double {
        let room = HeadcountChart.width - HeadcountChart.left - HeadcountChart.right
        return HeadcountChart.left + month / Double(months) * room
    }

    private func y(_ heads: Double) -> Double {
        let room = HeadcountChart.height - HeadcountChart.top - HeadcountChart.bottom
        return HeadcountChart.height - HeadcountChart.bottom - heads / ceiling * room
    }

    private func text(_ number: Double) -> String { String(format: "%.1f", number) }
}
