import ArgumentParser
import Daemon
import Labor
import Settings
import Verbs

struct AlertsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "alerts", abstract: "Ask the alert history, and say what became of an alert.",
        subcommands: [
            ListAlerts.self, OverdueAlerts.self, ShowAlert.self, ExplainAlert.self,
            ExportAlerts.self, PlaybooksCommand.self,
            AcknowledgeAlert.self, AssignAlert.self, NoteAlert.self, ResolveAlert.self,
            JudgeAlert.self,
        ])
}

/// The filter of the lists of alerts and of incidents.
struct ListOptions: ParsableArguments {
    @OptionGroup var filter: FilterOptions

    @Option(help: "open, firing, resolved …; may be repeated.")
    var state: [String] = []

    @Option(help: "Last event on or after this day, YYYY-MM-DD.")
    var since: Day?

    @Option(help: "Raised on or before this day, YYYY-MM-DD.")
    var until: Day?

    @Option(help: "A part of the subject's name or of the title.")
    var text: String?

    @Option(help: "At most so many.")
    var limit = 100

    func validate() throws {
        if limit < 1 { throw ValidationError("--limit must be 1 or more") }
    }

    var selection: AlertVerbs.Selection {
        var selection = filter.selection
        selection.states = state
        selection.since = since
        selection.until = until
        selection.text = text
        selection.limit = limit
        return selection
    }
}

/// What alerts and incidents are chosen by, in lists and in steps about several.
struct FilterOptions: ParsableArguments {
    @Option(help: "blue, yellow, orange or red; may be repeated.")
    var tier: [Tier] = []

    @Option(help: "layoff, wage_arrears, social_insurance …; may be repeated.")
    var kind: [AlertKind] = []

    @Option(help: "A rule by its id or name; may be repeated.")
    var rule: [String] = []

    @Option(help: "A region by its code or name, with everything below it; may be repeated.")
    var region: [String] = []

    /// Whether no condition is given.
    var isEmpty: Bool { tier.isEmpty && kind.isEmpty && rule.isEmpty && region.isEmpty }

    var selection: AlertVerbs.Selection {
        .init(tiers: tier, kinds: kind, rules: rule, regions: region)
    }
}

struct ListAlerts: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "List alerts, the highest tier first, then the latest.")

    @OptionGroup var options: ViewOptions
    @OptionGroup var list: ListOptions

    func run() async throws {
        let view = try options.view()
        let listing = try await AlertVerbs(view.components).list(
            list.selection, language: view.language)
        view.print(listing)
    }
}

struct OverdueAlerts: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "overdue",
        abstract: """
            List alerts that nobody answered in time, or that should be lifted by now, the highest \
            tier first, then the oldest.
            """)

    @OptionGroup var options: ViewOptions

    func run() async throws {
        let view = try options.view()
        let listing = try await AlertVerbs(view.components).overdue(
            at: SystemClock.now(), language: view.language)
        view.print(listing)
    }
}

struct ShowAlert: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show", abstract: "Show the events of one alert.")

    @OptionGroup var options: ViewOptions

    @Argument(help: "The alert's id, or at least its first eight characters.")
    var id: String

    func run() async throws {
        let view = try options.view()
        print(
            try await AlertVerbs(view.components).show(
                id, format: view.format, language: view.language), terminator: "")
    }
}

struct ExplainAlert: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "explain",
        abstract: "Say why an alert fired, compute it anew, and tell what became of it.",
        discussion: """
            Value, expectation, scale, p, threshold and its source, states, receivers, deliveries \
            and verdict of the newest event that opened a tier. The rule is evaluated again on what \
            was known at that moment: exit code 1 when a figure differs from what was stored, 3 \
            when the source cannot be read.
            """)

    @OptionGroup var options: ViewOptions

    @Option(help: "Another event of the alert: its id, or its beginning as shown.")
    var event: String?

    @Flag(inversion: .prefixedNo, help: "Evaluate the rule again and compare.")
    var recompute = true

    @Argument(help: "The alert's id, or at least its first eight characters.")
    var id: String

    func run() async throws {
        let view = try options.view()
        let output = Output()
        let answer = try await AlertVerbs(view.components).explain(
            .init(
                id, event: event, recomputes: recompute, format: view.format,
                language: view.language, isColoured: output.isTerminal))
        output.write(answer.text)
        output.flush()
        if let failure = answer.failure { throw failure }
    }
}

struct ExportAlerts: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "export", abstract: "Print every event of a span of days, oldest first.")

    @OptionGroup var options: ViewOptions

    @Option(help: "The first day, YYYY-MM-DD.")
    var since: Day?

    @Option(help: "The last day, YYYY-MM-DD.")
    var until: Day?

    func run() async throws {
        let view = try options.view()
        let output = Output()
        try await AlertVerbs(view.components).export(
            since: since, until: until, format: view.format,
            language: view.language, to: output)
        output.flush()
    }
}

struct PlaybooksCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "playbooks",
        abstract: "Print what is to be done about each kind and tier, by whom and within what time."
    )

    @OptionGroup var options: ViewOptions

    func run() async throws {
        let view = try options.view(requires: .none)
        guard view.format == .text else {
            return view.print(view.components.playbooks(view.language))
        }
        print(view.components.playbookPages(view.language), terminator: "")
    }
}

struct DeliveriesCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "deliveries", abstract: "See what was sent to whom, and send again.",
        subcommands: [
            ListDeliveries.self, ShowDelivery.self, RetryDeliveries.self, DropDeliveries.self,
        ])
}

struct ListDeliveries: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "List deliveries, the newest first.")

    @OptionGroup var options: ViewOptions

    @Option(help: "pending, delivered, dead, suppressed or dropped; may be repeated.")
    var state: [String] = []

    @Option(help: "A receiver; may be repeated.")
    var receiver: [String] = []

    @Flag(help: "Only what a silence or an inhibition holds back for now.")
    var held = false

    @Option(help: "At most so many.")
    var limit = 100

    func validate() throws {
        if limit < 1 { throw ValidationError("--limit must be 1 or more") }
    }

    func run() async throws {
        let view = try options.view()
        let listing = try await DeliveryVerbs(view.components).list(
            states: state, receivers: receiver, heldOnly: held, limit: limit)
        view.print(listing)
    }
}

struct ShowDelivery: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show", abstract: "Show every try of one delivery.")

    @OptionGroup var options: ViewOptions

    @Argument(help: "The delivery's number.")
    var id: Int64

    func run() async throws {
        let view = try options.view()
        let listing = try await DeliveryVerbs(view.components).show(id)
        view.print(listing)
    }
}

struct RetryDeliveries: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "retry", abstract: "Bring dead letters back: one, a receiver's, or all.")

    @OptionGroup var options: ConfigOptions

    @Argument(help: "The delivery's number; without it all dead letters.")
    var id: Int64?

    @Option(help: "Only those of this receiver.")
    var receiver: String?

    @OptionGroup var person: PersonOptions

    func run() async throws {
        try await person.ask(.retry(delivery: id, receiver: receiver), options)
    }
}

struct DropDeliveries: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "drop",
        abstract: "Give up what waits for a receiver that is no longer configured.")

    @OptionGroup var options: ConfigOptions

    @Argument(help: "The receiver's former name.")
    var receiver: String

    @OptionGroup var person: PersonOptions

    func run() async throws {
        try await person.ask(.drop(receiver: receiver), options)
    }
}

struct StatusCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "status",
        abstract: "Show open alerts, the evaluator, the queues and the quarantine.")

    @OptionGroup var options: ViewOptions

    @Flag(help: "List the rows that stand rejected or held back.")
    var quarantine = false

    @Flag(help: "With --quarantine: list every row, read from the source as it is now.")
    var all = false

    @Flag(
        help: """
            Count how alerts and incidents turned out: verdicts, precision, days to raise, answer \
            and end.
            """)
    var quality = false

    @Option(
        help: """
            With --quality: count alerts by rule, or incidents by kind, tier, industry or size; may \
            be repeated. Without it by all, as csv by rule.
            """)
    var by: [StatusVerb.QualityTable] = []

    @Option(help: "With --quality: only what was raised on or after this day, YYYY-MM-DD.")
    var since: Day?

    @Option(help: "At most so many quarantined rows.")
    var limit = 100

    @Flag(help: "Rank enterprises by how near they are to closing, with the points of each sign.")
    var risk = false

    @Option(help: "With --risk: only enterprises in this region, by code or name, and below it.")
    var region: String?

    @Option(help: "With --risk: at most so many enterprises.")
    var top = 20

    @Option(help: "With --risk: as known at the end of this day, YYYY-MM-DD; without it now.")
    var asOf: Day?

    func validate() throws {
        if [quality, quarantine, risk].count(where: { $0 }) > 1 {
            throw ValidationError("--quality, --quarantine and --risk exclude each other")
        }
        if all, !quarantine { throw ValidationError("--all needs --quarantine") }
        if since != nil || !by.isEmpty, !quality {
            throw ValidationError("--since and --by need --quality")
        }
        if region != nil || asOf != nil, !risk {
            throw ValidationError("--region and --as-of need --risk")
        }
        if top < 1 { throw ValidationError("--top must be 1 or more") }
        if limit < 1 { throw ValidationError("--limit must be 1 or more") }
    }

    func run() async throws {
        let view = try options.view(requires: risk || all ? .source : .store)
        let verb = StatusVerb(view.components)
        let zone = view.components.zone
        if quality {
            let tables = by.isEmpty && view.format == .csv ? [.rule] : by
            return try view.print(
                try await verb.quality(
                    by: tables, since: since, at: SystemClock.now(), language: view.language))
        }
        let listing =
            if risk {
                try await verb.risk(
                    asOf: asOf.map(zone.asOf) ?? zone.asOf(SystemClock.now()),
                    region: region, top: top)
            } else if quarantine, all {
                try await verb.quarantine(asOf: zone.asOf(SystemClock.now()))
            } else if quarantine {
                try await verb.quarantine(limit: limit)
            } else {
                try await verb.run(at: SystemClock.now())
            }
        view.print(listing)
    }
}
