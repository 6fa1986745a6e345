import Alerting
import Daemon
import Labor
import Settings
import Store

extension IncidentVerbs {
    /// Explains the alerts of an incident, each by the newest event that raised it or its tier, and
    /// tells what became of the incident.
    /// - Parameters:
    ///   - question: the parameters of `alerts explain`; an event in it is ignored.
    ///   - limit: the maximum number of alerts.
    package func explain(
        _ question: AlertVerbs.Question, limit: Int
    ) async throws -> AlertVerbs.Answer {
        try question.mustBeText()
        let (incident, histories) = try await components.withStore { store in
            let incident = try await store.incident(question.id)
            var histories: [AlertHistory] = []
            for alert in incident.alerts.prefix(max(0, limit)) {
                histories.append(try await store.alert(alert.episode.id.rawValue))
            }
            return (incident, histories)
        }
        let explanation = IncidentExplanation(
            incident: await own(incident.history, question),
            alerts: await explain(histories, question), total: incident.alerts.count)
        let text =
            question.format == .text
            ? explanation.text(isColoured: question.isColoured)
            : JSONText.line(try explanation.json(linksBase: components.configuration.linksBase))
                + "\n"
        return AlertVerbs.Answer(text: text, failure: explanation.failure)
    }

    /// The explanations in the order of the alerts. Alerts that were raised at one moment follow each
    /// other in the computation, because they need one read of the source.
    private func explain(
        _ histories: [AlertHistory], _ question: AlertVerbs.Question
    ) async -> [Explanation] {
        let notices = histories.map { Explanation.decisive($0) }
        let moments = notices.map { $0?.event.asOf.microseconds ?? .min }
        let order = notices.indices.sorted { (moments[$0], $0) < (moments[$1], $1) }
        var memory = AlertVerbs.FactsMemory()
        var found: [Int: Explanation] = [:]
        for index in order {
            found[index] = await alerts.explanation(
                notices[index], of: histories[index], question, &memory)
        }
        return histories.indices.compactMap { found[$0] }
    }

    /// The incident itself, without a re-computation: its figures are those of its alerts.
    private func own(
        _ history: AlertHistory, _ question: AlertVerbs.Question
    ) async -> Explanation {
        let notice = Explanation.decisive(history)
        let regionContext = try? await components.reader().regionContext(
            of: history.alert.episode.subject)
        return Explanation(
            history: history, notice: notice, recomputation: Recomputation(.notApplicable),
            courses: [], ways: alerts.ways(notice, of: history, in: regionContext), purpose: nil,
            book: components.catalogue.phrasebooks[question.language] ?? .empty,
            language: question.language, zone: components.zone)
    }
}
