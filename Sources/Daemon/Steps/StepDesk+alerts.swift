import Alerting
import Labor
import Settings
import Store

extension StepDesk {
    /// Checks a step, and writes its change and its answer to the store.
    func carryOut(_ step: PersonStep, _ task: StepTask) async throws -> StepAnswer {
        switch step {
        case .acknowledge(let alert, let others):
            try await move([alert] + others, task, "acknowledged") { machine, episode, at in
                machine.acknowledge(episode, by: task.actor, at: at)
            }
        case .resolve(let alert, let others):
            try await move([alert] + others, task, "resolved") { machine, episode, at in
                machine.resolve(episode, by: task.actor, at: at)
            }
        case .judge(let alert, let verdict, let words):
            try await write(
                .verdict, [verdict.rawValue, words].compactMap(\.self).joined(separator: ": "),
                alert, task, "verdict \(verdict.rawValue)"
            ) { .judge($0, verdict.verdict, words: words, $1) }
        case .assign(let alert, let assignee):
            try await write(.assign, assignee, alert, task, "assigned to \(assignee)") {
                .assign($0, $1)
            }
        case .note(let alert, let words):
            try await write(.note, words, alert, task, "noted") { .note($0, $1) }
        case .addSilence(let wish): try await addSilence(wish, task)
        case .expireSilence(let id):
            try await finish(
                .expireSilence(id, by: task.actor.description, at: task.at, in: components.zone),
                task, "silence \(id) ended by \(task.actor)")
        case .openCase(let enterprise, let name, let note, let due):
            try await openCase(enterprise, name, note, due, task)
        case .addMeasure(let id, let code, let persons, let note):
            try await addEntry(
                .measure(
                    code: components.ledgerCodes.find(.measures, code), persons: persons,
                    note: note), to: id, task)
        case .answerCheck(let id, let item, let answer, let note):
            try await addEntry(check(item, answer, note), to: id, task)
        case .followUp(let id, let note, let due):
            try await addEntry(followUp(note, due, task), to: id, task)
        case .closeCase(let id, let reason, let note):
            try await finish(
                .closeCase(
                    id, closing: components.ledgerCodes.find(.closings, reason), note: note,
                    task.stamp), task, "case \(id) closed")
        case .retry(let delivery, let receiver): try await retry(delivery, receiver, task)
        case .drop(let receiver): try await drop(receiver, task)
        case .enable(let receiver): try await enable(receiver, task)
        case .receiverAnswers(let receiver): try await bringForward(receiver, task)
        }
    }

    /// Writes a change together with an answer that states what was done.
    func finish(
        _ deed: StepDeed, _ task: StepTask,
        _ answer: @escaping @Sendable ([String: JSONValue]) -> StepAnswer
    ) async throws -> StepAnswer {
        let result = try await store.carryOut(
            deed, answering: task.request.id, under: task.lease, answer)
        return answer(result)
    }

    /// Writes a change with one sentence as its answer.
    func finish(
        _ deed: StepDeed, _ task: StepTask, _ sentence: String
    ) async throws -> StepAnswer {
        try await finish(deed, task) { StepAnswer(sentence, result: $0) }
    }

    /// The change of a state by a person: acknowledging or ending.
    typealias Turn = (EpisodeMachine, Episode, Instant) -> (episode: Episode, event: AlertEvent)?

    /// The maximum number of repetitions of a step when a cycle changed the same alert at the same
    /// time.
    private static let triesMax = 3

    /// Applies a step to the incidents of some alerts and to their open alerts, or to an alert
    /// without an incident, and creates the deliveries of the resulting events. All changes are one
    /// transaction, and each receiver gets one message about them.
    ///
    /// A refusal of one of several alerts is a warning; the others are changed.
    private func move(
        _ alerts: [String], _ task: StepTask, _ word: String, _ turn: Turn
    ) async throws -> StepAnswer {
        var tries = 0
        while true {
            tries += 1
            var moves: [StepMove] = []
            var refusals: [Failure] = []
            for alert in alerts {
                do {
                    let move = try await self.move(alert, task, turn)
                    if !moves.contains(where: { $0.target == move.target }) { moves.append(move) }
                } catch let failure as Failure where alerts.count > 1 {
                    refusals.append(failure)
                } catch let error as StoreError where alerts.count > 1 && error.isAboutID {
                    refusals.append(Failure(error))
                }
            }
            if moves.isEmpty, let refusal = refusals.first { throw refusal }
            let orders = pipeline.dispatch.together(moves.flatMap(\.orders), at: task.now)
            let answer = StepDesk.answer(moves, refusals, word, task)
            do {
                return try await finish(
                    .move(moves.flatMap(\.step.episodes), moves.flatMap(\.notices), orders), task
                ) { _ in answer }
            } catch let error as StoreError
                where error.code == .episodeMoved && tries < StepDesk.triesMax
            {
                continue
            }
        }
    }

    /// The change of the incident of one alert, or of an alert without an incident.
    private func move(_ alert: String, _ task: StepTask, _ turn: Turn) async throws -> StepMove {
        let episode = try await store.alert(alert).alert.episode
        let regionContext = await regionContext(of: episode.subject)
        let memory = try await recall()
        let incident = memory.open.first { $0.id == episode.incidentID }
        let target = incident ?? episode
        // The time of the event is the time of the request, but never earlier than that of the last
        // event.
        let at = max(task.at, target.lastEventAt)
        guard let turn = turn(pipeline.machine, target, at) else {
            throw StepDesk.refusal(target)
        }
        let own = Step(episodes: [turn.episode], events: [turn.event])
        let step = own.followed(
            by: pipeline.incidents.mirror(
                own, on: memory.open.filter { !$0.isIncident }, at: at))
        let (notices, orders) = told(step, regionContext, memory, at: task.now)
        return StepMove(
            named: episode, incident: incident?.id, step: step, notices: notices, orders: orders)
    }

    /// The sentence about the changed alerts and incidents, with a warning per refusal.
    private static func answer(
        _ moves: [StepMove], _ refusals: [Failure], _ word: String, _ task: StepTask
    ) -> StepAnswer {
        let sentence: String
        if let move = moves.first, moves.count == 1 {
            sentence =
                "\(move.named.id) \(word) by \(task.actor)"
                + (move.incident.map { ", with incident \($0)" } ?? "")
        } else {
            sentence =
                "\(moves.count) incidents \(word) by \(task.actor): "
                + moves.map(\.target.rawValue).joined(separator: ", ")
        }
        func ids(_ ids: [AlertID?]) -> JSONValue {
            let values = ids.map { $0.map { JSONValue.string($0.rawValue) } ?? .null }
            return values.count == 1 ? values[0] : .array(values)
        }
        var result: [String: JSONValue] = [
            "alert": ids(moves.map(\.named.id)),
            "incident": ids(
                moves.map { $0.incident ?? ($0.named.isIncident ? $0.named.id : nil) }),
        ]
        if !refusals.isEmpty {
            result["warnings"] = .array(
                refusals.map { .string("warning: not \(word): \($0.message)") })
        }
        return StepAnswer(sentence, result: result)
    }

    /// The texts of the events of a step, and who is notified of them.
    private func told(
        _ step: Step, _ regionContext: RegionContext, _ memory: Memory, at now: Instant
    ) -> (notices: [AlertNotice], orders: [DeliveryOrder]) {
        let changed = Dictionary(
            step.episodes.map { ($0.id, $0) }, uniquingKeysWith: { _, last in last })
        let notices = step.events.map {
            pipeline.wording.notice(
                $0, regions: regionContext.regions, industries: regionContext.industries)
        }
        let input = RoutingInput(
            at: now, regionContext: regionContext, before: memory.open,
            standing: memory.open.filter { changed[$0.id] == nil } + step.episodes,
            silences: memory.silences)
        return (notices, pipeline.dispatch.orders(for: notices, episodes: changed, in: input))
    }

    /// Writes a change that belongs to an alert but is not an event of the alert, such as a note.
    private func write(
        _ kind: AlertNote.Kind, _ body: String, _ alert: String, _ task: StepTask,
        _ words: String, _ deed: (AlertID, AlertNote) -> StepDeed
    ) async throws -> StepAnswer {
        let episode = try await store.alert(alert).alert.episode
        let id = episode.id
        let note = AlertNote(kind: kind, at: task.at, body: body, actor: task.actor)
        // A note stays with the alert; a verdict and a person responsible count for the incident.
        let incident = kind == .note ? nil : episode.incidentID
        let answer = StepAnswer(
            "\(id) \(words) by \(task.actor)" + (incident.map { ", with incident \($0)" } ?? ""),
            result: ["alert": .string(id.rawValue)])
        return try await finish(deed(id, note), task) { _ in answer }
    }

    private static func refusal(_ episode: Episode) -> Failure {
        let word = episode.isIncident ? "incident" : "alert"
        if episode.state.isOpen {
            return Failure(
                exitCode: 1, "\(word) \(episode.id) is acknowledged already",
                hint: "laborwatch \(word)s explain \(episode.id) says by whom")
        }
        return Failure(
            exitCode: 1, "\(word) \(episode.id) is \(episode.state.rawValue) already",
            hint: "an ended \(word) can still be judged with laborwatch \(word)s verdict")
    }
}

/// The change of one incident, or of one alert without an incident, that a person asked for.
private struct StepMove: Sendable {
    /// The alert or the incident that the request names.
    var named: Episode
    /// The incident of the named alert; nil when the request names the incident itself, and for an
    /// alert without an incident.
    var incident: AlertID?
    var step: Step
    var notices: [AlertNotice]
    var orders: [DeliveryOrder]

    /// The incident or the alert that is changed.
    var target: AlertID { incident ?? named.id }
}

extension StoreError {
    /// Whether the text that names an alert or an incident is the reason of the error.
    fileprivate var isAboutID: Bool { [.notFound, .ambiguous, .malformed].contains(code) }
}
