import Alerting
import Labor

extension BacktestReport {
    /// The report as one HTML page. The page is also valid XML and needs no other file.
    var html: String {
        let scoreSection = scores.map {
            "<h2>\(say("评分", "Scores"))</h2>\n" + table(scoreHeadings, $0.map { cells($0) })
        }
        let list =
            episodes.isEmpty
            ? "<p>\(say("没有预警。", "Nothing was raised."))</p>\n"
            : table(episodeHeadings, episodes.map { cells($0) })
        let asked = parameters.map { [$0.name, $0.value] }
        return """
            <!DOCTYPE html>
            <html xmlns="http://www.w3.org/1999/xhtml" lang="\(request.language.rawValue)">
            <head>
            <meta charset="utf-8"/>
            <title>\(Markup.html(title))</title>
            <style>
            \(BacktestReport.style)
            </style>
            </head>
            <body>
            <h1>\(Markup.html(title))</h1>
            \(table([say("参数", "parameter"), say("值", "value")], asked))
            \(scoreSection ?? "")
            <h2>\(say("预警", "Episodes"))</h2>
            \(list)
            \(charts)
            </body>
            </html>

            """
    }

    private var charts: String {
        guard !courses.isEmpty else { return "" }
        var text = "<h2>\(say("走势与预期", "What was reported and what was expected"))</h2>\n"
        text += "<p>\(Markup.html(legend))</p>\n"
        for (index, told) in episodes.enumerated() {
            guard let drawn = courses[index] else { continue }
            let event = told.first.event
            text += "<h3>\(Markup.html(heading(told)))</h3>\n"
            for course in drawn {
                let chart = CourseChart(
                    told, course, truth: truth(told), zone: zone,
                    shown: { shown($0.what) + " " + shown($0.toTier) })
                text += chart.svg(
                    label: "\(event.subject.name), \(event.rule), \(course.measure)")
            }
            let measures = drawn.map(\.measure).joined(separator: ", ")
            let notes = [event.rule.rawValue, measures, story(told), verity(told)]
            let note = notes.compactMap { $0 }.joined(separator: " · ")
            text += "<p class=\"story\">\(Markup.html(note))</p>\n"
        }
        if let rest = notDrawn { text += "<p>\(rest)</p>\n" }
        return text
    }

    /// A sentence about the episodes without a chart; nil if every episode has one.
    var notDrawn: String? {
        let rest = episodes.count - courses.count
        return rest > 0 ? say("另有 \(rest) 件未绘出。", "\(rest) more are not drawn.") : nil
    }

    private var legend: String {
        say(
            "深色折线为报送值，缺报处断开；虚线为预期，深浅色带为预期 ± 1 倍与 ± 2 倍离散（同类企业、自身水平与季节，"
                + "减员发生后基线停在之前）；▲ 发出 ◆ 等级变化 ● 证实 ✕ 撤回 ■ 解除；灰底为实况所列时段。"
                + "用工人数为最后事项之后三个月所知。",
            "The dark line is what was reported, broken where no report came; the dashed one is what "
                + "was expected, in bands of one and two scales around it (by peers, own level and "
                + "season; the baseline stays where it was before a loss). ▲ raised ◆ tier changed "
                + "● confirmed ✕ withdrawn ■ resolved; grey is when it happened by the truth file. "
                + "Staff is as known three months after the last event.")
    }

    private func table(_ headings: [String], _ rows: [[String]]) -> String {
        func line(_ cells: [String], _ element: String) -> String {
            let cells = cells.map { "<\(element)>\(Markup.html($0))</\(element)>" }.joined()
            return "<tr>\(cells)</tr>\n"
        }
        return "<table>\n<thead>\(line(headings, "th"))</thead>\n<tbody>\n"
            + rows.map { line($0, "td") }.joined() + "</tbody>\n</table>\n"
    }

    private static let style = """
        body { font-family: sans-serif; margin: 2em auto; max-width: 70em; color: #222; }
        table { border-collapse: collapse; margin: 1em 0; }
        th, td { border: 1px solid #ccc; padding: 0.2em 0.6em; text-align: left; }
        th, td { white-space: nowrap; }
        td:last-child { white-space: normal; }
        svg { background: #fafafa; max-width: 100%; font-size: 11px; display: block; }
        svg .value { fill: none; stroke: #333; stroke-width: 2; }
        svg circle { fill: #333; }
        svg .expected { fill: none; stroke: #6a1b9a; stroke-dasharray: 4 3; }
        svg .band { fill: #6a1b9a; stroke: none; }
        svg .far { opacity: 0.10; }
        svg .near { opacity: 0.15; }
        svg .truth { fill: #ddd; }
        svg .axis { fill: none; stroke: #999; }
        svg .end { text-anchor: end; }
        svg .middle { text-anchor: middle; }
        svg .mark line { stroke-width: 1.5; }
        svg .mark text { stroke: none; text-anchor: middle; font-size: 13px; }
        .story { color: #555; margin-top: 0.2em; }
        """
}
