import ArgumentParser
import Daemon
import Foundation
import Labor
import Settings
import Verbs

struct RoutesCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "routes", abstract: "See who is told of what.",
        subcommands: [TestRoutes.self])
}

struct TestRoutes: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "test", abstract: "Show who would be told of an alert, and why.",
        discussion: """
            Either of an alert that is there, --alert ID, or of one that is only thought of: \
            --tier red --kind wage_arrears --region 540102.
            """)

    @OptionGroup var options: ViewOptions

    @Option(help: "An alert's id, or at least its first eight characters.")
    var alert: String?

    @Option(help: "blue, yellow, orange or red.")
    var tier: Tier?

    @Option(help: "layoff, wage_arrears, social_insurance, mass_unemployment, …")
    var kind: AlertKind?

    @Option(help: "The subject's region, by code or name.")
    var region: String?

    @Option(help: "A rule by its id or name; without it the first of the kind.")
    var rule: String?

    @Option(help: "The subject's industry, by code or name.")
    var industry: String?

    @Option(help: "The enterprise's size class.")
    var size: String?

    @Option(help: "enterprise, cell, region, indicator or system.")
    var subject: SubjectType = .enterprise

    @Option(help: "provisional, confirmed or observed.")
    var certainty: Certainty = .observed

    @Flag(help: "The enterprise is watched closely.")
    var keyMonitored = false

    @Flag(help: "The enterprise works on a government project.")
    var governmentProject = false

    @Option(
        help: "When, 2026-11-05T23:00, by the bureau's clock or with an offset; without it now.")
    var at: Moment?

    func validate() throws {
        if alert == nil, tier == nil || kind == nil {
            throw ValidationError("give --alert, or both --tier and --kind")
        }
    }

    func run() async throws {
        let view = try options.view(requires: alert == nil ? .none : .source)
        let verb = RoutesVerb(view.components)
        let moment = at?.instant(in: view.components.zone) ?? SystemClock.now()
        let listing: Listing
        if let alert {
            listing = try await verb.test(
                alert: alert, at: moment, language: view.language, format: view.format)
        } else {
            var thought = RoutesVerb.Thought(kind: kind ?? .layoff, tier: tier ?? .blue)
            thought.rule = rule
            thought.certainty = certainty
            thought.region = region
            thought.industry = industry
            thought.subjectType = subject
            thought.sizeClass = size
            thought.keyMonitored = keyMonitored
            thought.governmentProject = governmentProject
            listing = try await verb.test(
                thought, at: moment, language: view.language, format: view.format)
        }
        view.print(listing)
    }
}

struct SilencesCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "silences", abstract: "Hold back what is not to be told for a while.",
        subcommands: [AddSilence.self, ListSilences.self, ExpireSilence.self])
}

struct AddSilence: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "add", abstract: "Make a silence; at its end what still stands is told.")

    @OptionGroup var options: ConfigOptions

    @Option(help: "Alerts of this rule, by its id or name.")
    var rule: String?

    @Option(help: "Alerts of this kind.")
    var kind: AlertKind?

    @Option(help: "Alerts about this subject, enterprise:1024.")
    var subject: String?

    @Option(help: "Alerts of this region, by code or name, and all below it.")
    var region: String?

    @Option(help: "Alerts up to this tier.")
    var tierMax: Tier?

    @Option(
        help:
            "When it begins, 2026-11-05T08:00, by the bureau's clock or with an offset; without it now."
    )
    var from: Moment?

    @Option(name: .customLong("for"), help: "How long, 2h or 7d.")
    var length: String?

    @Option(help: "When it ends, in place of --for.")
    var until: Moment?

    @Option(help: "Why.")
    var reason: String

    @OptionGroup var person: PersonOptions

    func validate() throws {
        if (length == nil) == (until == nil) {
            throw ValidationError("give one of --for and --until: a silence has an end")
        }
        if let length, Duration(shortText: length) == nil {
            throw ValidationError("--for is a whole number and a unit: 2h or 7d")
        }
        if let subject, AddSilence.parts(subject) == nil {
            throw ValidationError("--subject is a type and an id: enterprise:1024")
        }
    }

    func run() async throws {
        let (components, _) = try options.components()
        var wish = SilenceWish(reason: reason)
        wish.rule = rule
        wish.kind = kind
        let parts = subject.flatMap { AddSilence.parts($0) }
        wish.subjectType = parts?.0
        wish.subjectID = parts?.1
        wish.region = region
        wish.tierMax = tierMax
        wish.start = from?.instant(in: components.zone)
        wish.end = until?.instant(in: components.zone)
        wish.seconds = length.flatMap { Duration(shortText: $0) }?.components.seconds
        try await person.ask(.addSilence(wish), options)
    }

    private static func parts(_ text: String) -> (SubjectType, String)? {
        let parts = text.split(separator: ":", maxSplits: 1)
        guard parts.count == 2, let type = SubjectType(rawValue: String(parts[0])) else {
            return nil
        }
        return (type, String(parts[1]))
    }
}

struct ListSilences: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "List the silences that hold or are yet to begin, the latest first.")

    @OptionGroup var options: ViewOptions

    @Flag(help: "Also those that are over.")
    var all = false

    func run() async throws {
        let view = try options.view()
        let listing = try await SilenceVerbs(view.components).list(all: all, now: SystemClock.now())
        view.print(listing)
    }
}

struct ExpireSilence: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "expire", abstract: "End a silence early.")

    @OptionGroup var options: ConfigOptions

    @Argument(help: "The silence's number.")
    var id: Int64

    @OptionGroup var person: PersonOptions

    func run() async throws {
        try await person.ask(.expireSilence(id), options)
    }
}

/// A moment: RFC 3339, or a time without an offset, which is read by the bureau's clock.
struct Moment: ExpressibleByArgument {
    private let text: String

    init?(argument: String) {
        guard Zone.utc.moment(argument) != nil else { return nil }
        text = argument
    }

    /// The moment; nil when the text is not a moment. A time without an offset is read in the
    /// bureau's time zone.
    func instant(in zone: Zone) -> Instant? { zone.moment(text) }
}

extension SubjectType: ExpressibleByArgument {}
extension Certainty: ExpressibleByArgument {}
