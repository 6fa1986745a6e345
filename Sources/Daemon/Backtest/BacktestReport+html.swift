import Alerting
import Labor

extension BacktestReport {
    /// The report as one HTML page that is XML too and needs nothing beside it.
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
        let drawn = episodes.compactMap { told in
            HeadcountChart(told, panel: panel, zone: zone).map { (told, $0) }
        }
        guard !drawn.isEmpty else { return "" }
        var text = "<h2>\(say("用工走势", "Headcounts"))</h2>\n<p>\(Markup.html(legend))</p>\n"
        for (told, chart) in drawn.prefix(BacktestReport.chartsMax) {
            let event = told.first.event
            let title = told.first.texts[request.language]?.title ?? event.subject.name
            text += "<h3>\(Markup.html(title))</h3>\n"
            text += chart.svg(label: "\(event.subject.name), \(event.rule)")
        }
        if drawn.count > BacktestReport.chartsMax {
            let rest = drawn.count - BacktestReport.chartsMax
            text += "<p>" + say("另有 \(rest) 幅未绘出。", "\(rest) more are not drawn.") + "</p>\n"
        }
        return text
    }

    private var legend: String {
        say(
            "折线为截至回测末日所知的月末人数，缺报处断开；竖线为发出、等级变化与结束；菱形为预期人数。",
            "The line is staff at each month's end as known on the last day, broken where no report "
                + "came; upright lines are raisings, changes of tier and ends; a diamond is what was "
                + "expected.")
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
        svg { background: #fafafa; max-width: 100%; }
        """
}
