import ArgumentParser
import Daemon
import Foundation
import Labor
import Settings
import Verbs

struct RunCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "run", abstract: "Run the daemon: poll, detect, remember, deliver.",
        discussion: """
            SIGHUP reads the configuration anew and keeps the last good one; SIGTERM ends in order.
            """)

    @OptionGroup var options: ConfigOptions

    @Option(help: "Evaluate past months instead of the present: the first, YYYY-MM.")
    var replayFrom: Period?

    @Option(help: "The last month to replay, YYYY-MM.")
    var replayTo: Period?

    @Option(help: "How far apart replayed days lie: day, week or month (its last day).")
    var every: Replay.Step = .month

    func run() async throws {
        let (components, logger) = try options.components(requires: .source)
        var replay: Replay?
        if let replayFrom {
            guard let replayTo, replayFrom <= replayTo else {
                throw Failure(
                    exitCode: 2, "--replay-from needs a --replay-to that is not before it")
            }
            guard replayTo.lastDay <= components.zone.day(SystemClock.now()) else {
                throw Failure(
                    exitCode: 2, "--replay-to \(replayTo) is not over yet",
                    hint: "a replay goes up to the last month that is over")
            }
            replay = Replay(from: replayFrom, through: replayTo, every: every)
        } else if replayTo != nil {
            throw Failure(exitCode: 2, "--replay-to needs --replay-from")
        }
        try await RunVerb(components, path: options.path, logger: logger).run(replay: replay)
    }
}

struct EvaluateCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "evaluate", abstract: "Run one cycle, or show what one would find.")

    @OptionGroup var options: ViewOptions

    @Flag(help: "Look at everything, even when nothing changed.")
    var full = false

    @Flag(help: "Print findings and touch no state.")
    var dryRun = false

    @Option(help: "As known at the end of this day, YYYY-MM-DD; without it now.")
    var asOf: Day?

    func run() async throws {
        let view = try options.view(requires: .source)
        let zone = view.components.zone
        let asOf = asOf.map(zone.asOf) ?? zone.asOf(SystemClock.now())
        let verb = EvaluateVerb(view.components, logger: view.logger)
        if dryRun {
            let output = Output()
            try await verb.dryRun(
                asOf: asOf, format: view.format, language: view.language, to: output)
            output.flush()
            return
        }
        let outcome = try await verb.cycle(asOf: asOf, full: full)
        print(outcome.map { "\($0.findings) findings, \($0.events) events" } ?? "nothing new")
    }
}

struct BacktestCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "backtest",
        abstract: "Replay past months through the same rules and alert machine; writes nothing.",
        discussion: """
            Each day is evaluated with what had been reported by then. With --truth a last line \
            {"summary": …} says how good the alarms were, per kind.

            History that was loaded without its reporting times seems to have been unknown until \
            then. --assume-reported 5d mends that: a month of an enterprise whose first report \
            lies more than 60 days after the month's end counts as reported 5 days after that \
            end; later revisions keep their distance from the first. All else stays as it is.

            --compare A.yaml B.yaml replays the rules of two configuration files on the source of \
            --config (without it, of A) and prints the events that only one of them says, then a \
            line {"summary": {"only_a", "only_b", "both"}}.
            """)

    @OptionGroup var options: ViewOptions

    @Option(help: "The first month, YYYY-MM.")
    var from: Period

    @Option(help: "The last month, YYYY-MM.")
    var to: Period

    @Option(help: "How far apart the as-of days lie: day, week or month (its last day).")
    var every: Replay.Step = .month

    @Option(help: "A CSV with subject_type,subject_id,kind,onset,end,is_event.")
    var truth: String?

    @Option(name: .long, help: "Print only rules whose names begin like this; may be repeated.")
    var rule: [String] = []

    @Option(help: "Reports loaded more than 60 days late count as so many days late: 5d.")
    var assumeReported: DayCount?

    @Option(help: "Also write report.md and report.html, with charts, into this directory.")
    var report: String?

    @Option(
        parsing: .upToNextOption,
        help: "Two configuration files whose rules are held against each other.")
    var compare: [String] = []

    @Flag(help: "Print the events of incidents instead of those of alerts.")
    var incidents = false

    func validate() throws {
        guard !compare.isEmpty else { return }
        guard compare.count == 2 else {
            throw ValidationError("--compare takes two configuration files")
        }
        guard truth == nil, report == nil else {
            throw ValidationError("--compare goes without --truth and --report")
        }
    }

    func run() async throws {
        let output = Output()
        if compare.isEmpty {
            let (components, _) = try options.config.components(requires: .source)
            try await BacktestVerb(components).run(request(components), to: output)
        } else {
            let environment = ProcessInfo.processInfo.environment
            let source = try Components(
                path: options.config.path ?? compare.first, environment: environment,
                requires: .source)
            let sides = try compare.map {
                try Components(path: $0, environment: environment, requires: .none)
            }
            try await BacktestVerb(source).compare(
                sides[0], sides[1], request(source), to: output)
        }
        output.flush()
    }

    private func request(_ components: Components) -> BacktestVerb.Request {
        .init(
            from: from, through: to, every: every, truthPath: truth, rules: rule,
            format: options.format, language: options.language(components),
            assumeReportedDays: assumeReported?.days, reportDirectory: report,
            incidents: incidents)
    }
}
