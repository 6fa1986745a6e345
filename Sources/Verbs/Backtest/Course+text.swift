import Foundation
import Labor

/// A course drawn with characters.
extension Course {
    private static let width = 40
    private static let steps = Array("▁▂▃▄▅▆▇█")

    /// One line per month: a bar of the reported value; over it the band of two scales around the
    /// expected value (`▓` where the bar covers the band, `░` where it does not); and both numbers.
    func bars(_ say: (String, String) -> String) -> [String] {
        guard ceiling > 0 else { return [] }
        return filled.points.map { point in
            var line = "\(point.period) \(bar(point)) "
            line += point.value.map(Course.number) ?? say("缺", "none")
            guard let expected = point.expected else { return line }
            line += "  \(say("预期", "expected")) \(Course.number(expected))"
            if let far = point.far {
                line +=
                    " (\(Course.number(far.lowerBound))–\(Course.number(far.upperBound)))"
                if let value = point.value, !far.contains(value) {
                    line += value < far.lowerBound ? " ↓" : " ↑"
                }
            }
            return line
        }
    }

    private func bar(_ point: Point) -> String {
        func column(_ value: Double) -> Int {
            min(Course.width, max(0, Int((value / ceiling * Double(Course.width)).rounded())))
        }
        var cells = [Character](repeating: " ", count: Course.width)
        let end = point.value.map(column) ?? 0
        for cell in 0..<end { cells[cell] = "█" }
        if let far = point.far {
            let first = min(column(far.lowerBound), Course.width - 1)
            for cell in first..<max(first + 1, column(far.upperBound)) {
                cells[cell] = cell < end ? "▓" : "░"
            }
        } else if let expected = point.expected {
            let cell = min(column(expected), Course.width) - 1
            if cell >= 0 { cells[cell] = cell < end ? "▓" : "░" }
        }
        return String(cells)
    }

    /// Reported values and expected values, each as one line of block characters. Both lines share
    /// one scale from the smallest to the largest number; `·` marks a month without a value.
    var sparklines: (value: String, expected: String) {
        let shown = filled.points
        let numbers = shown.flatMap { [$0.value, $0.expected].compactMap { $0 } }
        let low = numbers.min() ?? 0
        let span = max((numbers.max() ?? 0) - low, 1e-9)
        func line(_ figure: (Point) -> Double?) -> String {
            String(
                shown.map { point -> Character in
                    guard let value = figure(point) else { return "·" }
                    let step = Int(
                        ((value - low) / span * Double(Course.steps.count - 1)).rounded())
                    return Course.steps[min(max(step, 0), Course.steps.count - 1)]
                })
        }
        return (line { $0.value }, line { $0.expected })
    }

    /// A number for a reader: whole numbers from 100 on, otherwise three digits.
    static func number(_ value: Double) -> String {
        guard value.isFinite, abs(value) < 1e15 else { return "\(value)" }
        if value == value.rounded() || abs(value) >= 100 { return String(Int64(value.rounded())) }
        return String(format: "%.3g", value)
    }
}
