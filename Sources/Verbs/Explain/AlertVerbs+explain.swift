import Alerting
import Daemon
import Detect
package import Labor
package import Settings
import Source
import Store

extension AlertVerbs {
    /// The parameters of `alerts explain`.
    package struct Question: Sendable {
        /// The alert's id, or at least its first eight characters.
        package var id: String
        /// An event's id or its beginning; nil for the newest event that raised the alert or its
        /// tier.
        package var event: String?
        /// Whether the rule is evaluated again on what was known at the event's moment.
        package var recomputes: Bool
        /// The format: `text`, or `json` or `jsonl`, which both print one object. An explanation
        /// cannot be CSV.
        package var format: Listing.Format
        /// The language of words and texts.
        package var language: Language
        /// Whether tiers have colours.
        package var isColoured: Bool

        /// Creates a question about one event of the alert with this ID.
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

        /// Refuses the format CSV.
        func mustBeText() throws {
            guard format == .csv else { return }
            throw Failure(
                exitCode: 2, "an explanation is no table", hint: "use --format text or json")
        }
    }

    /// The printed explanation and the way the command ends.
    package struct Answer: Sendable {
        /// The text that is always printed.
        package var text: String
        /// Exit code 1 if a re-computed figure differs, 3 if the source cannot be read; nil
        /// otherwise.
        package var failure: Failure?
    }

    /// Explains one event of an alert: values, threshold, rows, states, receivers, deliveries,
    /// verdict.
    package func explain(_ question: Question) async throws -> Answer {
        try question.mustBeText()
        let history = try await components.withStore { try await $0.alert(question.id) }
        let notice =
            try question.event.map { try Explanation.event($0, of: history) }
            ?? Explanation.decisive(history)
        var memory = FactsMemory()
        let explanation = await explanation(notice, of: history, question, &memory)
        let text =
            question.format == .text
            ? explanation.text(isColoured: question.isColoured)
            : JSONText.line(try explanation.json(linksBase: components.configuration.linksBase))
                + "\n"
        return Answer(text: text, failure: explanation.failure)
    }

    /// The explanation of one event of an alert.
    /// - Parameter memory: the facts of the last explanation, which the next one uses when it needs
    ///   the same.
    func explanation(
        _ notice: AlertNotice?, of history: AlertHistory, _ question: Question,
        _ memory: inout FactsMemory
    ) async -> Explanation {
        let (recomputation, staff, regionContext) = await recompute(
            notice, of: history, question, &memory)
        return Explanation(
            history: history, notice: notice, recomputation: recomputation,
            courses: courses(notice, staff: staff),
            ways: ways(notice, of: history, in: regionContext),
            purpose: components.catalogue.descriptions[history.alert.episode.rule]?[
                question.language],
            book: components.catalogue.phrasebooks[question.language] ?? .empty,
            language: question.language, zone: components.zone)
    }

    /// The facts that were read last, or the failure to read them.
    struct FactsMemory {
        fileprivate var last: (asOf: AsOf, facts: Result<Facts, Failure>)?
    }

    private func facts(_ asOf: AsOf, _ memory: inout FactsMemory) async -> Result<Facts, Failure> {
        if let last = memory.last, last.asOf == asOf { return last.facts }
        memory.last = nil
        let facts: Result<Facts, Failure>
        do {
            facts = .success(try await components.reader().read(asOf: asOf).facts)
        } catch {
            facts = .failure(Failure(error))
        }
        memory.last = (asOf, facts)
        return facts
    }

    /// Reads the source as known at the event's moment, evaluates the rule, and computes the course
    /// of the staff.
    private func recompute(
        _ notice: AlertNotice?, of history: AlertHistory, _ question: Question,
        _ memory: inout FactsMemory
    ) async -> (Recomputation, Course?, RegionContext?) {
        guard question.recomputes, let event = notice?.event else {
            return (Recomputation(.skipped), nil, nil)
        }
        let asOf = components.zone.asOf(event.asOf)
        let facts: Facts
        switch await self.facts(asOf, &memory) {
        case .success(let read): facts = read
        case .failure(let failure): return (Recomputation(.unreachable(failure)), nil, nil)
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

    /// The ways to the receivers of an event by the present routing.
    func ways(
        _ notice: AlertNotice?, of history: AlertHistory, in regionContext: RegionContext?
    ) -> [Decision] {
        guard let event = notice?.event, let regionContext else { return [] }
        return components.dispatch.decisions(
            for: event, peak: history.alert.episode.peakTier,
            in: RoutingInput(at: event.at, regionContext: regionContext))
    }

    /// Number of months of an enterprise's staff in the chart.
    private static let monthsShown = 18

    /// The course of the staff, and the course of the evidence's figures if these are other
    /// figures.
    private func courses(_ notice: AlertNotice?, staff: Course?) -> [Course] {
        let told = notice.flatMap { Course([($0.event.period, $0.event.evidence)]) }
        guard let told, staff == nil || told.measure != "headcount" else {
            return [staff].compactMap { $0 }
        }
        return [staff, told].compactMap { $0 }
    }
}

extension AlertEvent {
    /// The first month of the staff loss that the event reports. The baseline must not follow the
    /// figures after this month, or the loss would not be visible. Nil for an event of another
    /// kind.
    var onset: Period? {
        guard kind == .layoff else { return nil }
        if let last = evidence.marks["last_report"].flatMap({ Period($0) }) {
            return last.adding(1)
        }
        let months = evidence.measures["window_months"] ?? evidence.measures["months"] ?? 1
        return period.adding(1 - Int(min(max(1, months), 36)))
    }
}
