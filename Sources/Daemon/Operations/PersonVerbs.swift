import Alerting
package import Labor
import Source
import Store

/// `laborwatch alerts ack|resolve|verdict`: what a person does to an alert.
package struct PersonVerbs: Sendable {
    private let workshop: Workshop

    /// The verbs for a configuration.
    package init(_ workshop: Workshop) {
        self.workshop = workshop
    }

    /// What a person does to an alert that runs.
    package enum Deed: Hashable, Sendable {
        /// Takes it on at its present tier.
        case acknowledge
        /// Ends it.
        case resolve
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

    /// Does a deed and tells the receivers, all in one transaction.
    ///
    /// - Parameters:
    ///   - id: the alert's id, or at least its first eight characters.
    ///   - at: when; the moment that the event bears.
    /// - Returns: the alert's full id.
    /// - Throws: `Failure` when the alert has ended, or was taken on already.
    @discardableResult
    package func perform(
        _ deed: Deed, on id: String, by actor: String, at: Instant
    ) async throws -> String {
        guard actor.contains(where: { !$0.isWhitespace }) else {
            throw Failure(exitCode: 2, "--by is empty", hint: "give the name of who does it")
        }
        let pipeline = workshop.pipeline()
        let reader = try workshop.reader()
        let store = try await workshop.store()
        var attempt = 0
        while true {
            attempt += 1
            let episode = try await store.alert(id).alert.episode
            let scene = try await reader.scene(of: episode.subject)
            let memory = try await store.recall()
            let step =
                switch deed {
                case .acknowledge: pipeline.machine.acknowledge(episode, by: actor, at: at)
                case .resolve: pipeline.machine.resolve(episode, by: actor, at: at)
                }
            guard let step else { throw PersonVerbs.refusal(episode) }
            let notice = pipeline.wording.notice(
                step.event, regions: scene.regions, industries: scene.industries)
            let situation = Situation(
                at: at, scene: scene, before: memory.open,
                standing: memory.open.filter { $0.id != episode.id } + [step.episode],
                silences: memory.silences)
            let orders = pipeline.dispatch.orders(
                for: [notice], episodes: [step.episode.id: step.episode], in: situation)
            do {
                try await store.apply([step.episode], notices: [notice], orders: orders)
                await store.close()
                return episode.id.rawValue
            } catch let error as StoreError
                where error.code == .episodeMoved && attempt < PersonVerbs.triesMax
            {
                continue
            }
        }
    }

    /// Notes a person's judgement of an alert, or takes it back.
    ///
    /// - Returns: the alert's full id.
    @discardableResult
    package func judge(
        _ id: String, as judgement: Judgement, note: String?
    ) async throws -> String {
        let store = try await workshop.store()
        let episode = try await store.alert(id).alert.episode
        try await store.setVerdict(judgement.verdict, of: episode.id, note: note)
        await store.close()
        return episode.id.rawValue
    }

    private static func refusal(_ episode: Episode) -> Failure {
        if episode.state.isOpen {
            return Failure(
                exitCode: 1, "alert \(episode.id) is acknowledged already",
                hint: "laborwatch alerts show \(episode.id) says by whom")
        }
        return Failure(
            exitCode: 1, "alert \(episode.id) is \(episode.state.rawValue) already",
            hint: "an ended alert can still be judged with laborwatch alerts verdict")
    }
}
