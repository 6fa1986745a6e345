import Alerting
import Daemon
import Foundation
import Labor
import Settings

/// A backtest as a document: the parameters, every episode with its events, a chart of each episode
/// with the expected values, and the scores.
struct BacktestReport {
    /// One episode with all its events in order.
    struct Told {
        var notices: [AlertNotice]

        var first: AlertNotice { notices[0] }
        var last: AlertNotice { notices[notices.count - 1] }
        /// The event that ended the episode; nil while the episode is open.
        var end: AlertEvent? { last.event.toState.isOpen ? nil : last.event }
        /// The highest tier of the episode.
        var peak: Tier { notices.map(\.event.toTier).max() ?? first.event.toTier }
    }

    /// Maximum number of episodes with a chart, so that a browser can still open the page.
    static let chartsMax = 200

    let request: BacktestVerb.Request
    let episodes: [Told]
    /// The courses to draw, by the index of the episode.
    let courses: [Int: [Course]]
    let truth: Truth?
    let scores: [BacktestScore]?
    let zone: Zone

    init(
        request: BacktestVerb.Request, notices: [AlertNotice], truth: Truth?,
        scores: [BacktestScore]?, zone: Zone, courses: ([Told]) -> [Int: [Course]]
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
        self.courses = courses(Array(episodes.prefix(BacktestReport.chartsMax)))
        self.truth = truth
        self.scores = scores
        self.zone = zone
    }

    /// Writes `report.md` and `report.html` into a directory. A missing directory is created.
    /// - Throws: `Failure` if a file or the directory cannot be written.
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

    // The content that both documents share.

    func say(_ chinese: String, _ english: String) -> String {
        request.language == .chinese ? chinese : english
    }

    var title: String {
        say("回测报告", "Backtest report") + " \(request.from) – \(request.through)"
    }

    /// The parameters of the backtest with their values.
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

    /// A code in words of the report's language.
    func shown(_ code: some Worded) -> String { TableWords.shown(code, request.language) }

    var episodeHeadings: [String] {
        [
            say("发出", "raised"), say("结束", "ended"), say("最高等级", "peak tier"),
            say("规则", "rule"), say("对象", "subject"), say("人数", "persons"),
            say("标题", "title"),
        ]
    }

    func cells(_ told: Told) -> [String] {
        let event = told.first.event
        let end = told.end.map { "\(zone.day($0.asOf)) (\(shown($0.what)))" }
        return [
            zone.day(event.asOf).description, end ?? say("未结", "open"), shown(told.peak),
            event.rule.rawValue, "\(event.subject.type.rawValue):\(event.subject.id)",
            event.persons.map(String.init) ?? "",
            heading(told),
        ]
    }

    /// The rows of the truth file for an episode's subject and kind.
    private func truths(_ told: Told) -> [Truth.Row] {
        let event = told.first.event
        return (truth?.rows ?? []).filter {
            $0.subjectType == event.subject.type && $0.subjectID == event.subject.id
                && $0.kind == event.kind
        }
    }

    /// The months in which the truth file has an event for the episode's subject and kind.
    func truth(_ told: Told) -> [ClosedRange<Period>] { truths(told).compactMap(\.span) }

    /// All events that changed an episode, in one line with the signs of the charts.
    func story(_ told: Told) -> String {
        told.notices.map(\.event).filter(CourseChart.isDrawn).map { event in
            "\(CourseChart.sign(event.what)) \(zone.day(event.asOf)) \(shown(event.what)) "
                + shown(event.toTier)
        }.joined(separator: " · ")
    }

    /// The truth about an episode's subject in words; nil without a truth file.
    func verity(_ told: Told) -> String? {
        guard truth != nil else { return nil }
        guard !truths(told).isEmpty else {
            return say("实况：文件未列", "truth: not in the file")
        }
        let spans = truth(told).map { "\($0.lowerBound) – \($0.upperBound)" }
        return spans.isEmpty
            ? say("实况：无此类事件", "truth: no such event")
            : say("实况：", "truth: ") + spans.joined(separator: ", ")
    }

    func heading(_ told: Told) -> String {
        told.first.texts[request.language]?.title ?? told.first.event.subject.name
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
        return [shown(score.kind)] + keys.map { Listing.plain(members[$0] ?? .null) }
    }
}
