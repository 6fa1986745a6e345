import ArgumentParser
import Daemon
import Labor

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
        let (workshop, logger) = try options.workshop(requires: .source)
        var replay: Replay?
        if let replayFrom {
            guard let replayTo, replayFrom <= replayTo else {
                throw Failure(
                    exitCode: 2, "--replay-from needs a --replay-to that is not before it")
            }
            guard replayTo.lastDay <= workshop.zone.day(SystemClock.now()) else {
                throw Failure(
                    exitCode: 2, "--replay-to \(replayTo) is not over yet",
                    hint: "a replay goes up to the last month that is over")
            }
            replay = Replay(from: replayFrom, through: replayTo, every: every)
        } else if replayTo != nil {
            throw Failure(exitCode: 2, "--replay-to needs --replay-from")
        }
        try await RunVerb(workshop, path: options.path, logger: logger).run(replay: replay)
    }
}

struct EvaluateCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "evaluate", abstract: "Run one cycle, or show what one would find.")

    @OptionGroup var options: ConfigOptions
    @OptionGroup var format: FormatOptions

    @Flag(help: "Look at everything, even when nothing changed.")
    var full = false

    @Flag(help: "Print findings and touch no state.")
    var dryRun = false

    @Option(help: "As known at the end of this day, YYYY-MM-DD; without it now.")
    var asOf: Day?

    func run() async throws {
        let (workshop, logger) = try options.workshop(requires: .source)
        let zone = workshop.zone
        let asOf = asOf.map(zone.asOf) ?? zone.asOf(SystemClock.now())
        let verb = EvaluateVerb(workshop, logger: logger)
        if dryRun {
            let output = Output()
            try await verb.dryRun(
                asOf: asOf, format: format.format, language: format.language(workshop), to: output)
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
            """)

    @OptionGroup var options: ConfigOptions
    @OptionGroup var format: FormatOptions

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

    func run() async throws {
        let (workshop, _) = try options.workshop(requires: .source)
        let output = Output()
        try await BacktestVerb(workshop).run(
            .init(
                from: from, through: to, every: every, truthPath: truth, rules: rule,
                format: format.format, language: format.language(workshop)), to: output)
        output.flush()
    }
}
