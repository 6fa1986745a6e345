import Labor

/// What several rules measure alike, made once per evaluation when the first of them asks.
final class SharedMeasures {
    /// The mark of a row that nobody has asked for.
    private static let unknown: Int32 = -1
    /// Stands for a month that never comes.
    private static let never = Int32.max

    private var groups: CellGroups?
    private var flows: [FlowBasis: CellFlows] = [:]
    /// By row: the first month that paid less than it owed. Row by row, for most evaluations look
    /// at few enterprises.
    private var shortPays: [Int32] = []

    /// The cells of region and section, with their enterprises.
    func groups(_ context: EvaluationContext) -> CellGroups {
        if let groups { return groups }
        let made = CellGroups(context)
        groups = made
        return made
    }

    /// The leavers of every group by a basis.
    func flows(_ context: EvaluationContext, _ basis: FlowBasis) -> CellFlows {
        if let known = flows[basis] { return known }
        let made = CellFlows(context, groups(context), basis)
        flows[basis] = made
        return made
    }

    /// Whether any month up to one paid less wages than it owed. Where none did, the balance never
    /// rose and stands at its lowest: nothing is owed above any habit.
    func hasShortPay(_ context: EvaluationContext, _ row: Int, through last: Int) -> Bool {
        if shortPays.isEmpty {
            shortPays = Array(repeating: Self.unknown, count: context.facts.panel.enterprises.count)
        }
        if shortPays[row] == Self.unknown { shortPays[row] = Self.firstShortPay(context, row) }
        return Int(shortPays[row]) <= last
    }

    private static func firstShortPay(_ context: EvaluationContext, _ row: Int) -> Int32 {
        let panel = context.facts.panel
        for month in 0..<panel.months {
            if let due = panel.wagesDue(row, month), let paid = panel.wagesPaid(row, month),
                paid < due
            {
                return Int32(month)
            }
        }
        return never
    }
}
