import Alerting
package import Daemon
import Deliver
import Detect
import Foundation
package import Labor
import Settings
import Source

/// `laborwatch backtest`: the events that would have been raised, day by day, as known then.
package struct BacktestVerb: Sendable {
    let components: Components

    /// The verb for a configuration.
    package init(_ components: Components) {
        self.components = components
    }

    /// The parameters of a backtest.
    package struct Request: Sendable {
        /// First month.
        package var from: Period
        /// Last month.
        package var through: Period
        /// The interval between the as-of days.
        package var every: Replay.Step
        /// The path of a truth file; nil for no score.
        package var truthPath: String?
        /// Only rules whose ids begin with one of these texts; all when empty.
        package var rules: [String]
        /// How events are printed.
        package var format: Listing.Format
        /// The language of the texts.
        package var language: Language
        /// Reports that were loaded long after their month count as known this number of days after
        /// the end of the month; nil leaves their times unchanged.
        package var assumeReportedDays: Int?
        /// A directory for a report with charts; nil for none.
        package var reportDirectory: String?

        /// Whether the events of incidents are printed, instead of those of alerts.
        package var incidents: Bool

        /// Creates a request. Each argument sets the property of the same name.
        package init(
            from: Period, through: Period, every: Replay.Step, truthPath: String?,
            rules: [String] = [], format: Listing.Format, language: Language,
            assumeReportedDays: Int? = nil, reportDirectory: String? = nil,
            incidents: Bool = false
        ) {
            self.from = from
            self.through = through
            self.every = every
            self.truthPath = truthPath
            self.rules = rules
            self.format = format
            self.language = language
            self.assumeReportedDays = assumeReportedDays
            self.reportDirectory = reportDirectory
            self.incidents = incidents
        }
    }

    /// Replays and prints.
    package func run(_ request: Request, to output: Output) async throws {
        try request.checkRules(components.catalogue.rules.map(\.id))
        let truth = try request.truthPath.map(BacktestVerb.truth)
        let (replay, tape) = try await material(request)
        let backtest = Backtest(
            pipeline: components.pipeline(waits: false), tape: tape, zone: components.zone)
        let bar = Progress("backtest", total: replay.days.count)
        var rows: [[JSONValue]] = []
        var told: [AlertNotice] = []
        var courses = BacktestCourses()
        let log = try backtest.run(
            replay, progress: bar.show,
            findings: { if request.reportDirectory != nil { courses.note($0) } }
        ) { notice in
            guard request.wants(notice.event) else { return }
            if request.reportDirectory != nil { told.append(notice) }
            switch request.format {
            case .jsonl:
                output.writeLine(
                    try notice.document(
                        in: request.language, zone: components.zone, linkBase: nil))
            case .json, .text, .csv:
                rows.append(EventListing.row(notice, request.language, components.zone))
            }
        }
        bar.end()
        if request.format != .jsonl {
            output.write(
                Listing(columns: EventListing.columns, rows: rows).printed(
                    request.format, language: request.language, isColoured: output.isTerminal))
        }
        let scores = truth.map {
            BacktestScore.scores(
                log, truth: $0, months: request.from...request.through,
                reporting: tape.reportingMonths(components.zone))
        }
        if let directory = request.reportDirectory, let last = replay.days.last {
            let (rules, zone) = (components.catalogue.rules, components.zone)
            try BacktestReport(
                request: request, notices: told, truth: truth, scores: scores, zone: zone,
                courses: {
                    courses.all(of: $0, tape: tape, rules: rules, last: last, zone: zone)
                }
            ).write(to: directory)
        }
        if let scores { printSummary(scores, request, output) }
    }

    /// The days of the replay, and every revision that can be known on them.
    func material(_ request: Request) async throws -> (replay: Replay, tape: RevisionTape) {
        let replay = Replay(from: request.from, through: request.through, every: request.every)
        guard let last = replay.days.last else {
            throw Failure(
                exitCode: 2, "--from \(request.from) lies after --to \(request.through)",
                hint: "give the earlier month first")
        }
        let zone = components.zone
        let reader = try components.reader()
        let first = request.from.adding(1 - components.configuration.source.windowMonths)
        guard let days = request.assumeReportedDays else {
            return (replay, try await reader.tape(from: first, through: zone.asOf(last)))
        }
        // Rows with a corrected time were loaded after the last day of the replay, at the latest
        // now.
        let end = zone.asOf(max(zone.end(of: last), SystemClock.now()))
        let tape = try await reader.tape(from: first, through: end)
        return (replay, tape.assuming(reportedAfter: days, in: zone))
    }

    private func printSummary(
        _ scores: [BacktestScore], _ request: Request, _ output: Output
    ) {
        let kinds = Dictionary(
            scores.map { ($0.kind.rawValue, $0.json) }, uniquingKeysWith: { first, _ in first })
        output.write(JSONText.line(.object(["summary": .object(kinds)])) + "\n")
    }

    /// Maximum size of a truth file in bytes: about ten thousand lines for each of a hundred kinds.
    private static let truthBytesMax = 1 << 26

    private static func truth(_ path: String) throws -> Truth {
        do {
            return try Truth(csv: TextReader.read(path, bytesMax: truthBytesMax))
        } catch let fault as TextReader.Fault {
            throw Failure(
                exitCode: 2, "the truth file \(path) cannot be read: \(fault.message)",
                hint: "give a CSV with subject_type,subject_id,kind,onset,end,is_event")
        }
    }
}

extension BacktestVerb.Request {
    /// Refuses a text with which no rule id begins, before the replay starts.
    func checkRules(_ known: [RuleID]) throws {
        for begin in rules where !known.contains(where: { $0.rawValue.hasPrefix(begin) }) {
            throw Failure(
                exitCode: 2, "no rule's name begins like '\(begin)'",
                hint: NearestName.hint(
                    begin, among: Set(known.map(\.rawValue)), otherwise: "see alerts/rules"))
        }
    }

    /// Whether an event is printed: the events of incidents, or those of alerts. A rule takes part
    /// in an incident when one of its alerts belongs to it.
    func wants(_ event: AlertEvent) -> Bool {
        guard event.isOfIncident == incidents else { return false }
        let own = incidents ? event.incident?.rules ?? [] : [event.rule]
        return rules.isEmpty
            || rules.contains { begin in own.contains { $0.rawValue.hasPrefix(begin) } }
    }
}

/// Alert events as rows of a table.
enum EventListing {
    static let columns: [Listing.Column] = [
        .init("as_of", "截至", "as of"), .init("what", "事项", "what"),
        .init("tier", "等级", "tier"), .init("rule", "规则", "rule"),
        .init("subject", "对象", "subject"), .init("persons", "人数", "persons"),
        .init("share", "比例", "share"), .init("title", "标题", "title"),
    ]

    static func row(_ notice: AlertNotice, _ language: Language, _ zone: Zone) -> [JSONValue] {
        let event = notice.event
        return [
            .string(zone.day(event.asOf).description), .string(event.what.rawValue),
            .string(event.toTier.rawValue), .string(event.rule.rawValue),
            .string("\(event.subject.type.rawValue):\(event.subject.id)"),
            event.persons.map { .int(Int64($0)) } ?? .null,
            event.share.map { .string(String(format: "%.1f %%", $0 * 100)) } ?? .null,
            .string(notice.texts[language]?.title ?? ""),
        ]
    }
}
