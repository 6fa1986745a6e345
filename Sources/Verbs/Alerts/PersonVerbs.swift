import Alerting
package import Daemon
package import Labor
import Settings
import Source
import Store

/// `laborwatch alerts ack|assign|note|verdict|resolve`: what a person does to an alert.
///
/// Whoever acts is recorded by the account that the system vouches for; a name given with `--by` is
/// kept beside it as whom they acted for.
package struct PersonVerbs: Sendable {
    private let components: Components

    /// The verbs for a configuration.
    package init(_ components: Components) {
        self.components = components
    }

    /// What a person does to an alert that runs.
    package enum Deed: Hashable, Sendable {
        /// Takes it on at its present tier.
        case acknowledge
        /// Ends it.
        case resolve
    }

    /// What was done, for an answer.
    package struct Done: Hashable, Sendable {
        /// The alert's full id.
        package var alert: String
        /// Who is recorded, and for whom.
        package var actor: String
    }

    /// What a person says an alert was.
    package enum Judgement: String, CaseIterable, Hashable, Sendable {
        /// It was true.
        case confirmed
        /// There was nothing.
        case falseAlarm = "false_alarm"
        /// Staff only moved.
        case transfer
        /// The season explains it.
        case seasonal
        /// Takes an earlier verdict back.
        case none

        /// The verdict that history keeps; nil for none.
        var verdict: Verdict? { Verdict(rawValue: rawValue) }
    }

    /// How often a step is made anew because a cycle moved the alert on meanwhile.
    private static let triesMax = 3
    /// How long a note may be, bytes: some pages.
    private static let noteBytesMax = 16_384

    /// Does a deed and tells the receivers, all in one transaction.
    ///
    /// - Parameters:
    ///   - id: the alert's id, or at least its first eight characters.
    ///   - name: in whose name; nil for the person's own.
    ///   - at: when; the moment that the event bears.
    /// - Returns: the alert's full id, and who is recorded.
    /// - Throws: `Failure` when the alert has ended, or was taken on already.
    @discardableResult
    package func perform(
        _ deed: Deed, on id: String, by name: String?, at: Instant
    ) async throws -> Done {
        let actor = try components.actor(onBehalfOf: name)
        let pipeline = components.pipeline()
        let reader = try components.reader()
        return try await components.withStore { store in
            var attempt = 0
            while true {
                attempt += 1
                let episode = try await store.alert(id).alert.episode
                let regionContext = try await reader.regionContext(of: episode.subject)
                let memory = try await store.recall()
                let step =
                    switch deed {
                    case .acknowledge: pipeline.machine.acknowledge(episode, by: actor, at: at)
                    case .resolve: pipeline.machine.resolve(episode, by: actor, at: at)
                    }
                guard let step else { throw PersonVerbs.refusal(episode) }
                let notice = pipeline.wording.notice(
                    step.event, of: step.episode, regions: regionContext.regions,
                    industries: regionContext.industries)
                let input = RoutingInput(
                    at: at, regionContext: regionContext, before: memory.open,
                    standing: memory.open.filter { $0.id != episode.id } + [step.episode],
                    silences: memory.silences)
                let orders = pipeline.dispatch.orders(
                    for: [notice], episodes: [step.episode.id: step.episode], in: input)
                do {
                    try await store.apply([step.episode], notices: [notice], orders: orders)
                    return Done(alert: episode.id.rawValue, actor: actor.description)
                } catch let error as StoreError
                    where error.code == .episodeMoved && attempt < PersonVerbs.triesMax
                {
                    continue
                }
            }
        }
    }

    /// Notes a person's judgement of an alert, or takes it back.
    ///
    /// - Returns: the alert's full id, and who is recorded.
    @discardableResult
    package func judge(
        _ id: String, as judgement: Judgement, note: String?, by name: String?, at: Instant
    ) async throws -> Done {
        let words = [judgement.rawValue, note].compactMap(\.self).joined(separator: ": ")
        return try await write(.verdict, words, id, name, at) { store, entry, alert in
            try await store.setVerdict(judgement.verdict, of: alert, note: note, entry)
        }
    }

    /// Gives an alert to a person or unit, whether it runs or is over.
    ///
    /// - Returns: the alert's full id, and who is recorded.
    @discardableResult
    package func assign(
        _ id: String, to assignee: String, by name: String?, at: Instant
    ) async throws -> Done {
        try await write(.assign, assignee, id, name, at) { store, note, alert in
            try await store.assign(alert, note)
        }
    }

    /// Writes something beside an alert.
    ///
    /// - Returns: the alert's full id, and who is recorded.
    @discardableResult
    package func note(
        _ id: String, _ text: String, by name: String?, at: Instant
    ) async throws -> Done {
        try await write(.note, text, id, name, at) { store, note, alert in
            try await store.add(note, to: alert)
        }
    }

    private func write(
        _ kind: AlertNote.Kind, _ body: String, _ id: String, _ name: String?, _ at: Instant,
        _ keep: (PostgresStore, AlertNote, AlertID) async throws -> Void
    ) async throws -> Done {
        let actor = try components.actor(onBehalfOf: name)
        guard body.contains(where: { !$0.isWhitespace }) else {
            throw Failure(exitCode: 2, "there is nothing to write down", hint: "give some words")
        }
        guard body.utf8.count <= PersonVerbs.noteBytesMax else {
            throw Failure(
                exitCode: 2,
                "the text has \(body.utf8.count) bytes, \(PersonVerbs.noteBytesMax) are the most",
                hint: "keep the long document where documents are kept, and note where that is")
        }
        let alert = try await components.withStore { store in
            let alert = try await store.alert(id).alert.episode.id
            try await keep(store, AlertNote(kind: kind, at: at, body: body, actor: actor), alert)
            return alert
        }
        return Done(alert: alert.rawValue, actor: actor.description)
    }

    private static func refusal(_ episode: Episode) -> Failure {
        if episode.state.isOpen {
            return Failure(
                exitCode: 1, "alert \(episode.id) is acknowledged already",
                hint: "laborwatch alerts explain \(episode.id) says by whom")
        }
        return Failure(
            exitCode: 1, "alert \(episode.id) is \(episode.state.rawValue) already",
            hint: "an ended alert can still be judged with laborwatch alerts verdict")
    }
}
