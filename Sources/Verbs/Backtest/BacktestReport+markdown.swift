import Alerting
import Labor

extension BacktestReport {
    /// The complete report as Markdown. Charts are lines of block characters with a table below.
    var markdown: String {
        var lines = ["# \(Markup.markdown(title))", ""]
        for (name, value) in parameters {
            lines.append("- \(Markup.markdown(name)): \(Markup.markdown(value))")
        }
        if let scores {
            lines += ["", "## \(say("评分", "Scores"))", ""]
            lines += table(scoreHeadings, scores.map { cells($0) })
        }
        lines += ["", "## \(say("预警", "Episodes"))", ""]
        if episodes.isEmpty {
            lines.append(say("没有预警。", "Nothing was raised."))
        } else {
            lines += table(episodeHeadings, episodes.map { cells($0) })
        }
        if !courses.isEmpty {
            lines += ["", "## \(say("走势与预期", "What was reported and what was expected"))"]
        }
        for (index, told) in episodes.enumerated() {
            if let drawn = courses[index] { lines += section(told, drawn) }
        }
        if !courses.isEmpty, let notDrawn { lines += ["", notDrawn] }
        return lines.joined(separator: "\n") + "\n"
    }

    private func section(_ told: Told, _ drawn: [Course]) -> [String] {
        let notes = [told.first.event.rule.rawValue, story(told), verity(told)]
        return [
            "", "### \(Markup.markdown(heading(told)))", "",
            Markup.markdown(notes.compactMap { $0 }.joined(separator: " · ")),
        ] + drawn.flatMap { section(told, $0) }
    }

    /// Two lines of block characters, and the months as a table.
    private func section(_ told: Told, _ course: Course) -> [String] {
        let (value, expected) = course.sparklines
        let headings = [
            say("月份", "month"), course.measure, say("预期", "expected"),
            say("预期 ± 2 倍离散", "expected ± 2 scales"), say("事项", "events"),
        ]
        let shown = told.notices.map(\.event).filter(CourseChart.isDrawn)
        let rows = course.points.map { point in
            let band = point.far.map {
                "\(Course.number($0.lowerBound))–\(Course.number($0.upperBound))"
            }
            let said = shown.filter { zone.day($0.asOf).period == point.period }.map {
                "\(CourseChart.sign($0.what)) \(self.shown($0.what))"
            }
            return [
                point.period.description, point.value.map(Course.number) ?? "",
                point.expected.map(Course.number) ?? "", band ?? "", said.joined(separator: ", "),
            ]
        }
        return [
            "", "```text", "\(value)  \(course.measure)",
            "\(expected)  \(say("预期", "expected"))", "```", "",
        ] + table(headings, rows)
    }

    private func table(_ headings: [String], _ rows: [[String]]) -> [String] {
        func line(_ cells: [String]) -> String {
            "| " + cells.map(Markup.markdown).joined(separator: " | ") + " |"
        }
        return [line(headings), "|" + headings.map { _ in " --- |" }.joined()] + rows.map(line)
    }
}
