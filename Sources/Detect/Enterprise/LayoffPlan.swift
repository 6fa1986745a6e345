import Labor

/// One statement of an enterprise about planned layoffs: a plan filed with the bureau (劳动合同法 41),
/// or the field `planned_layoffs` of a report.
struct LayoffPlan {
    /// The source of the statement.
    enum Basis: String {
        case event = "layoff_plan"
        case report = "planned_layoffs"
    }

    /// The source of the statement.
    let basis: Basis
    /// The number of persons to be laid off; 0 withdraws the plan; nil when no number is given.
    let persons: Int?
    /// The day from which the plan counts: the day of filing, or the day on which the bureau
    /// received the report.
    let day: Day
    /// The month of the event, or the month that the report is about.
    let period: Period
    /// The event of a filed plan; nil for a report.
    let event: Event?

    /// Whether any enterprise has ever stated a plan. If not, a missing plan gives no information.
    static func isKept(_ context: EvaluationContext) -> Bool {
        if context.facts.events.contains(where: { $0.kind == .layoffPlan }) { return true }
        let panel = context.facts.panel
        return panel.enterprises.indices.contains { row in
            (0..<panel.months).contains { (panel.plannedLayoffs(row, $0) ?? 0) > 0 }
        }
    }

    /// All statements of an enterprise about planned layoffs, oldest first. A statement is a filed
    /// plan (an event of kind `layoff_plan`) or the number of planned layoffs in a monthly report.
    /// Of two statements of the same day, the filed plan comes first.
    ///
    /// A filed plan counts from the day of filing, because this is the day of the notice. A report
    /// counts from the day on which the bureau received it.
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
