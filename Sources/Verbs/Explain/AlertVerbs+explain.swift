import Alerting
import Daemon
import Detect
package import Labor
package import Settings
import Source
import Store

extension AlertVerbs {
    /// What is to be explained, and how.
    package struct Question: Sendable {
        /// The alert's id, or at least its first eight characters.
        package var id: String
        /// An event's id or its beginning; nil for the newest that opened a tier.
        package var event: String?
        /// Whether the rule is evaluated again on what was known at the event's moment.
        package var recomputes: Bool
        /// Text, or json and jsonl for one object; csv has no shape for it.
        package var format: Listing.Format
        /// The language of words and texts.
        package var language: Language
        /// Whether tiers are coloured.
        package var isColoured: Bool

        /// A question from its parts.
        package init(
            _ id: String, event: String? = nil, recomputes: Bool = true,
            format: Listing.Format = .text, language: Language, isColoured: Bool = false
        ) {
            self.id = id
            self.event = event
            self.recomputes = recomputes
            self.format = format
            self.language = language
            self.isColoured = isColoured
        }
    }

    /// An explanation as printed, and how the command ends.
    package struct Answer: Sendable {
        /// What is printed in any case.
        package var text: String
        /// Exit code 1 when a figure computed anew differs, 3 when the source cannot be read; nil
        /// when all is well.
        package var failure: Failure?
    }

    /// Why an alert stands and what became of it, from value to verdict.
    package func explain(_ question: Question) async throws -> Answer {
        guard question.format != .csv else {
            throw Failure(
                exitCode: 2, "an explanation is no table", hint: "use --format text or json")
        }
        let history = try await components.withStore { try await $0.alert(question.id) }
        let notice =
            try question.event.map { try Explanation.event($0, of: history) }
            ?? Explanation.decisive(history)
        let (recomputation, staff, regionContext) = await recompute(notice, of: history, question)
        let explanation = Explanation(
            history: history, notice: notice, recomputation: recomputation,
            courses: courses(notice, staff: staff),
            ways: ways(notice, of: history, in: regionContext),
            purpose: components.catalogue.descriptions[history.alert.episode.rule]?[
                question.language],
            book: components.catalogue.phrasebooks[question.language] ?? .empty,
            language: question.language, zone: components.zone)
        let text =
            question.format == .text
            ? explanation.text(isColoured: question.isColoured)
            : JSONText.line(try explanation.json(linksBase: components.configuration.linksBase))
                + "\n"
        return Answer(text: text, failure: explanation.failure)
    }

    /// Reads the source as known at the event's moment, evaluates the rule, and draws the staff.
    private func recompute(
        _ notice: AlertNotice?, of history: AlertHistory, _ question: Question
    ) async -> (Recomputation, Course?, RegionContext?) {
        guard question.recomputes, let event = notice?.event else {
            return (Recomputation(.skipped), nil, nil)
        }
        let asOf = components.zone.asOf(event.asOf)
        let facts: Facts
        do {
            facts = try await components.reader().read(asOf: asOf).facts
        } catch {
            return (Recomputation(.unreachable(Failure(error))), nil, nil)
        }
        let rules = components.catalogue.rules
        let recomputation = Recomputation(
            of: event, facts: facts, rules: rules, zone: components.zone)
        guard event.subject.type == .enterprise, let id = Int64(event.subject.id) else {
            return (recomputation, nil, RegionContext(facts))
        }
        let last = max(event.period, history.alert.episode.startedPeriod)
        let months = StaffExpectation(facts, asOf: asOf, rules: rules).months(
            of: id, in: last.adding(1 - AlertVerbs.monthsShown)...last, by: event.rule,
            onset: event.onset)
        return (recomputation, Course(staff: months), RegionContext(facts))
    }

    /// The ways by which receivers are told of an event, by the routing in force now.
    func ways(
        _ notice: AlertNotice?, of history: AlertHistory, in regionContext: RegionContext?
    ) -> [Decision] {
        guard let event = notice?.event, let regionContext else { return [] }
        return components.dispatch.decisions(
            for: event, peak: history.alert.episode.peakTier,
            in: RoutingInput(at: event.at, regionContext: regionContext))
    }

    /// So many months of an enterprise's staff are drawn.
    private static let monthsShown = 18

    /// Staff, and the figures of the evidence where they are others.
    private func courses(_ notice: AlertNotice?, staff: Course?) -> [Course] {
        let told = notice.flatMap { Course([($0.event.period, $0.event.evidence)]) }
        guard let told, staff == nil || told.measure != "headcount" else {
            return [staff].compactMap { $0 }
        }
        return [staff, told].compactMap { $0 }
    }
}

extension AlertEvent {
    /// The first month of the loss of staff that the event tells of, before which the baseline has
    /// to stay to show it; nil when it is of something else.
    var onset: Period? {
        guard kind == .layoff else { return nil }
        if let last = evidence.marks["last_report"].flatMap({ Period($0) }) {
            return last.adding(1)
        }
        let months = evidence.measures["window_months"] ?? evidence.measures["months"] ?? 1
        return period.adding(1 - Int(min(max(1, months), 36)))
    }
}
