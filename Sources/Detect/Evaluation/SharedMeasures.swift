import Labor

/// A measure that several rules use alike, by everything that it depends on beside the facts.
enum SharedMeasure: Hashable, Sendable {
    /// The cells of region and section, with their enterprises.
    case cells
    /// The leavers of every cell by a basis.
    case flows(FlowBasis)
    /// How enterprises of one kind moved.
    case peers(Peers.Options)
    /// The first month of each enterprise that paid less wages than it owed.
    case shortPay
}

/// What several rules of one evaluation measure alike, each measured once, when the evaluation begins.
///
/// A detector names its measures (`Detector.measures`). A measure that nobody named is computed when
/// it is asked for, with the same result: naming it saves time and changes no finding.
struct SharedMeasures: Sendable {
    /// Stands for a month that never comes.
    private static let never = Int32.max

    private var groups: CellGroups?
    private var flows: [FlowBasis: CellFlows] = [:]
    private var peers: [Peers.Options: Peers] = [:]
    /// By row: the first month that paid less than it owed.
    private var shortPays: [Int32]?

    /// No measure at all.
    init() {}

    /// The measures named, of the facts of a scan.
    init(_ measures: Set<SharedMeasure>, of context: EvaluationContext) {
        let bases = measures.compactMap { measure -> FlowBasis? in
            if case .flows(let basis) = measure { basis } else { nil }
        }
        if measures.contains(.cells) || !bases.isEmpty {
            let groups = CellGroups(context)
            self.groups = groups
            for basis in bases { flows[basis] = CellFlows(context, groups, basis) }
        }
        for case .peers(let options) in measures { peers[options] = Peers(context, options) }
        if measures.contains(.shortPay) {
            shortPays = context.facts.panel.enterprises.indices.map {
                Self.firstShortPay(context, $0)
            }
        }
    }

    /// The cells of region and section, with their enterprises.
    func groups(_ context: EvaluationContext) -> CellGroups { groups ?? CellGroups(context) }

    /// The leavers of every group by a basis.
    func flows(_ context: EvaluationContext, _ basis: FlowBasis) -> CellFlows {
        flows[basis] ?? CellFlows(context, groups(context), basis)
    }

    /// How enterprises of one kind moved.
    func peers(_ context: EvaluationContext, _ options: Peers.Options) -> Peers {
        peers[options] ?? Peers(context, options)
    }

    /// Whether any month up to one paid less wages than it owed. Where none did, the balance never
    /// rose and stands at its lowest: nothing is owed above any habit.
    func hasShortPay(_ context: EvaluationContext, _ row: Int, through last: Int) -> Bool {
        Int(shortPays?[row] ?? Self.firstShortPay(context, row)) <= last
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
