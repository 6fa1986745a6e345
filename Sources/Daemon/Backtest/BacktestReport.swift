import Alerting
import Foundation
import Labor

/// A backtest as a document: what was asked, every episode, a chart of each enterprise's staff with
/// what was said of it, and the scores.
struct BacktestReport {
    /// One episode with everything that was said of it, in order.
    struct Told {
        var notices: [AlertNotice]

        var first: AlertNotice { notices[0] }
        var last: AlertNotice { notices[notices.count - 1] }
        /// The event that ended it; nil while it runs.
        var end: AlertEvent? { last.event.toState.isOpen ? nil : last.event }
        /// The highest tier that was told.
        var peak: Tier { notices.map(\.event.toTier).max() ?? first.event.toTier }
    }

    /// So many charts at most, so that the page stays one that a browser opens.
    static let chartsMax = 200

    let request: BacktestVerb.Request
    let episodes: [Told]
    let panel: Panel
    let scores: [BacktestScore]?
    let zone: Zone

    init(
        request: BacktestVerb.Request, notices: [AlertNotice], panel: Panel,
        scores: [BacktestScore]?, zone: Zone
    ) {
        self.request = request
        var places: [AlertID: Int] = [:]
        var episodes: [Told] = []
        for notice in notices {
            if let place = places[notice.event.alertID] {
                episodes[place].notices.append(notice)
            } else {
                places[notice.event.alertID] = episodes.count
                episodes.append(Told(notices: [notice]))
            }
        }
        self.episodes = episodes
        self.panel = panel
        self.scores = scores
        self.zone = zone
    }

    /// Writes `report.md` and `report.html` into a directory, which is made where it is missing.
    /// - Throws: `Failure` when that cannot be.
    func write(to directory: String) throws {
        do {
            let folder = URL(fileURLWithPath: directory, isDirectory: true)
            try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
            try Data(markdown.utf8).write(to: folder.appendingPathComponent("report.md"))
            try Data(html.utf8).write(to: folder.appendingPathComponent("report.html"))
        } catch {
            throw Failure(
                exitCode: 2, "the report cannot be written to \(directory): \(error)",
                hint: "give a directory that this user may write")
        }
    }

    // What both documents say.

    func say(_ chinese: String, _ english: String) -> String {
        request.language == .chinese ? chinese : english
    }

    var title: String {
        say("回测报告", "Backtest report") + " \(request.from) – \(request.through)"
    }

    /// What was asked, each with its value.
    var parameters: [(name: String, value: String)] {
        let rules = request.rules.isEmpty ? say("全部", "all") : request.rules.joined(separator: ", ")
        let assumed = request.assumeReportedDays.map {
            say("月末后 \($0) 天", "\($0) days after the month's end")
        }
        return [
            (say("起始月", "first month"), request.from.description),
            (say("结束月", "last month"), request.through.description),
            (say("步长", "step"), request.every.rawValue),
            (say("规则", "rules"), rules),
            (
                say("补录报表视为报送于", "late-loaded reports count as reported"),
                assumed ?? say("按原报送时间", "when they were")
            ),
            (say("时区", "time zone"), zone.name),
            (say("预警数", "episodes"), String(episodes.count)),
        ]
    }

    var episodeHeadings: [String] {
        [
            say("发出", "raised"), say("结束", "ended"), say("最高等级", "peak tier"),
            say("规则", "rule"), say("对象", "subject"), say("人数", "persons"),
            say("标题", "title"),
        ]
    }

    func cells(_ told: Told) -> [String] {
        let event = told.first.event
        let end = told.end.map { "\(zone.day($0.asOf)) (\($0.what.rawValue))" }
        return [
            zone.day(event.asOf).description, end ?? say("未结", "open"), told.peak.rawValue,
            event.rule.rawValue, "\(event.subject.type.rawValue):\(event.subject.id)",
            event.persons.map(String.init) ?? "",
            told.first.texts[request.language]?.title ?? event.subject.name,
        ]
    }

    var scoreHeadings: [String] {
        [
            say("类别", "kind"), say("风险月数", "months at risk"), say("误报", "false alarms"),
            say("误报率", "FPR"), say("事件", "events"), say("命中率", "POD"),
            say("平均延迟（月）", "mean delay (months)"), say("精确率", "precision"),
            say("预警数", "episodes"),
        ]
    }

    func cells(_ score: BacktestScore) -> [String] {
        let keys = [
            "months_at_risk", "false_alarms", "fpr", "events", "pod", "mean_delay", "precision",
            "episodes",
        ]
        guard case .object(let members) = score.json else { return [] }
        return [score.kind.rawValue] + keys.map { Listing.plain(members[$0] ?? .null) }
    }
}
