import Labor

extension BacktestReport {
    /// The report as Markdown: everything but the charts.
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
        return lines.joined(separator: "\n") + "\n"
    }

    private func table(_ headings: [String], _ rows: [[String]]) -> [String] {
        func line(_ cells: [String]) -> String {
            "| " + cells.map(Markup.markdown).joined(separator: " | ") + " |"
        }
        return [line(headings), "|" + headings.map { _ in " --- |" }.joined()] + rows.map(line)
    }
}
