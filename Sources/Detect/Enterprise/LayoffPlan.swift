import Labor

/// One word of an enterprise about layoffs to come: a plan on file (劳动合同法 41) or the field
/// `planned_layoffs` of a report.
struct LayoffPlan {
    /// Where it was said.
    enum Basis: String {
        case event = "layoff_plan"
        case report = "planned_layoffs"
    }

    let basis: Basis
    /// Persons to be laid off; 0 withdraws the plan, nil when it does not say how many.
    let persons: Int?
    /// The day on which the bureau had it.
    let day: Day
    /// The month it was said in, or of the report that says it.
    let period: Period
    let event: Event?

    /// Whether anybody was ever heard of a plan, so that the lack of one says something.
    static func isKept(_ context: EvaluationContext) -> Bool {
        if context.facts.events.contains(where: { $0.kind == .layoffPlan }) { return true }
        let panel = context.facts.panel
        return panel.enterprises.indices.contains { row in
            (0..<panel.months).contains { (panel.plannedLayoffs(row, $0) ?? 0) > 0 }
        }
    }

    /// Everything an enterprise said of plans, oldest first; of one day the event is first.
    ///
    /// A plan on file counts from the day on which it was filed, which is when notice was given; a
    /// report from the day on which the bureau learnt of it.
    static func all(_ context: EvaluationContext, _ row: Int) -> [LayoffPlan] {
        let panel = context.facts.panel
        var plans: [LayoffPlan] = []
        for event in context.eventsOf[row] ?? [] where event.kind == .layoffPlan {
            plans.append(
                LayoffPlan(
                    basis: .event, persons: event.persons.map(Int.init), day: event.occurredOn,
                    period: event.occurredOn.period, event: event))
        }
        guard let now = context.now else { return plans }
        for month in 0...now {
            guard let persons = panel.plannedLayoffs(row, month),
                let reported = panel.reportedAt(row, month)
            else { continue }
            plans.append(
                LayoffPlan(
                    basis: .report, persons: Int(persons),
                    day: reported.day(offsetSeconds: Event.offsetSeconds),
                    period: panel.period(month), event: nil))
        }
        return plans.sorted {
            ($0.day, $0.basis == .event ? 0 : 1, $0.period, $0.event?.id ?? 0)
                < ($1.day, $1.basis == .event ? 0 : 1, $1.period, $1.event?.id ?? 0)
        }
    }
}
