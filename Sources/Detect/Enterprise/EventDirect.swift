import Labor

/// Raises events at once: an owner who absconded, a closure, a collective dispute. The limits of a
/// tier are named by the kind of event. The value of a limit is the number of persons from which
/// the tier applies.
struct EventDirect: SubjectDetector {
    static let schema = Schema(
        detector: "event.direct", kinds: [.dispute, .layoff, .wageArrears],
        parameters: [
            .init(
                "kind_of",
                .textTable(
                    names: EventKind.allCases.map(\.rawValue),
                    values: AlertKind.allCases.map(\.rawValue)), .textTable([:])),
            .init(
                "active_days",
                .table(1...1_000, names: EventKind.allCases.map(\.rawValue)), .table([:])),
            .init("active_days_default", .whole(1...1_000), .number(30)),
            .init("late_days_max", .whole(0...1_000), .number(90)),
            .init(
                "staff_counts_for", .texts, .texts(["owner_absconded", "closure", "suspension"])),
            .init(
                "left_to", .textTable(names: EventKind.allCases.map(\.rawValue), values: []),
                .textTable([:])),
        ],
        limits: EventKind.allCases.map {
            .init($0.rawValue, Schema.counts, whole: true)
        }, clearFactor: 1)

    private struct RegionalSettings: Sendable {
        let ladder: Ladder
        /// The alert kind, by event kind; others have the rule's kind.
        let kindOf: [String: AlertKind]
        /// The days for which an event is active, by event kind.
        let activeDays: [String: Double]
        /// The days for which an event of any other kind is active.
        let activeDaysDefault: Double
        /// The maximum number of days between an event and its report for the event to count from
        /// the report. An event reported later counts from the day on which it happened.
        let lateDaysMax: Int
        /// The event kinds that concern all staff if no number is given.
        let staffCountsFor: Set<String>
        /// The event kinds that another rule reports for a known enterprise, so that one event
        /// gives one alert.
        let leftTo: Set<String>

        init(_ settings: Settings) {
            ladder = settings.ladder
            kindOf = settings.textTable("kind_of").compactMapValues(AlertKind.init)
            activeDays = settings.table("active_days")
            activeDaysDefault = settings.number("active_days_default")
            lateDaysMax = settings.whole("late_days_max")
            staffCountsFor = Set(settings.texts("staff_counts_for"))
            leftTo = Set(settings.textTable("left_to").keys)
        }
    }

    /// An active event that reaches a tier.
    private struct Hit {
        var event: Event
        /// The persons of the event, or all staff for a kind in `staffCountsFor`; nil when
        /// unknown.
        var persons: Int?
        var verdict: Ladder.Verdict
    }

    private let rule: CheckedRule
    private let settings: Regional<RegionalSettings>

    init(_ rule: CheckedRule) {
        self.rule = rule
        settings = Regional(rule, RegionalSettings.init)
    }

    func findings(in context: EvaluationContext) -> [Finding] {
        var hits: [Subject: [Hit]] = [:]
        for event in context.facts.events where event.occurredOn <= context.asOf.day {
            let row = event.enterpriseID.flatMap(context.facts.panel.row)
            guard let subject = subject(event, row, context),
                let hit = hit(event, row, path(event, row, context), context)
            else { continue }
            hits[subject, default: []].append(hit)
        }
        return hits.map { finding($0.key, $0.value, context) }
    }

    /// The status of an alert without a finding. Events are always evaluated completely, so no
    /// active event means clear.
    func status(of key: EpisodeKey, in context: EvaluationContext) -> SubjectStatus {
        switch key.subjectType {
        case .enterprise:
            let known = Int64(key.subjectID).flatMap(context.facts.panel.row) != nil
            return known ? .clear(through: context.asOf.day.period) : .notEvaluated
        case .region: return .clear(through: context.asOf.day.period)
        default: return .notEvaluated
        }
    }

    /// The regions of the event, innermost first: those of its enterprise if known, otherwise
    /// those that contain its region.
    private func path(_ event: Event, _ row: Int?, _ context: EvaluationContext) -> [RegionCode] {
        if let row { return context.path(row) }
        return event.regionCode.map(context.facts.regions.path) ?? []
    }

    /// The enterprise of the event; the region, if the event names no enterprise or an unknown
    /// one; nil without both.
    private func subject(_ event: Event, _ row: Int?, _ context: EvaluationContext) -> Subject? {
        if let row { return context.facts.panel.enterprises[row].subject }
        guard let region = event.regionCode else { return nil }
        return Subject(
            type: .region, id: region.rawValue,
            name: context.facts.regions.name(region, in: .chinese), regionCode: region)
    }

    /// The hit of an event; nil if another rule reports it, it is not active, or it reaches no
    /// tier.
    private func hit(
        _ event: Event, _ row: Int?, _ path: [RegionCode], _ context: EvaluationContext
    ) -> Hit? {
        let regional = settings.at(path)
        let kind = event.kind.rawValue
        if row != nil, regional.leftTo.contains(kind) { return nil }
        let days = regional.activeDays[kind] ?? regional.activeDaysDefault
        let start = event.activeFrom(lateDaysMax: regional.lateDaysMax)
        guard Double(context.asOf.day.days(since: start)) <= days else { return nil }
        var persons = event.persons.map(Int.init)
        if persons == nil, regional.staffCountsFor.contains(kind), let row, let now = context.now {
            let panel = context.facts.panel
            persons = panel.latestReport(row, upTo: now)
                .flatMap { panel.headcount(row, $0) }.map(Int.init)
        }
        let verdict = regional.ladder.judge { $0.reached(kind, by: Double(persons ?? 0)) }
        guard var verdict, verdict.raises != nil else { return nil }
        verdict.threshold.limits = verdict.threshold.limits.filter { $0.key == kind }
        return Hit(event: event, persons: persons, verdict: verdict)
    }

    /// One finding for all hits of a subject. The first-ranked hit gives tier, kind and persons.
    private func finding(_ subject: Subject, _ hits: [Hit], _ context: EvaluationContext) -> Finding
    {
        let ordered = hits.sorted { Self.outranks($0, $1) }
        let first = ordered[0]
        let kind = first.event.kind.rawValue
        let regional = settings.at(
            subject.regionCode.map { code in
                let path = context.facts.regions.path(code)
                return path.isEmpty ? [code] : path
            } ?? [])
        var marks = ["event": kind, "events": String(hits.count)]
        let alertKind = regional.kindOf[kind] ?? rule.kind
        if alertKind == .layoff, subject.type == .enterprise {
            marks[Credibility.mark] = Credibility.declared.rawValue
        }
        if hits.count > 1 {
            marks["kinds"] = Set(hits.map(\.event.kind.rawValue)).sorted().joined(separator: ",")
        }
        if first.event.persons == nil, first.persons != nil { marks["persons"] = "all_staff" }
        let byDay = hits.map(\.event).sorted {
            ($0.occurredOn, $0.id) < ($1.occurredOn, $1.id)
        }
        return Finding(
            rule: rule.id, kind: alertKind, subject: subject,
            period: first.event.occurredOn.period, raises: first.verdict.raises,
            holds: first.verdict.holds, certainty: .observed, persons: first.persons,
            amount: first.event.amount,
            evidence: Evidence(
                value: first.persons.map(Double.init), threshold: first.verdict.threshold,
                measures: hits.count > 1 ? ["events": Double(hits.count)] : [:], marks: marks,
                rows: Rows.limited(Rows.events(byDay))))
    }

    /// Orders hits: higher tier first, then more persons, then the newer event.
    private static func outranks(_ left: Hit, _ right: Hit) -> Bool {
        let leftRank = left.verdict.raises?.rank ?? 0
        let rightRank = right.verdict.raises?.rank ?? 0
        if leftRank != rightRank { return leftRank > rightRank }
        if left.persons != right.persons { return (left.persons ?? 0) > (right.persons ?? 0) }
        return (left.event.occurredOn, left.event.id) > (right.event.occurredOn, right.event.id)
    }
}
