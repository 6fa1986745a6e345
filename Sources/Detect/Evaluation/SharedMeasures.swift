import Labor

/// A measure that several rules share, with all of its inputs except the facts.
enum SharedMeasure: Hashable, Sendable {
    /// The cells (region × section) with their enterprises.
    case cells
    /// The leavers of every cell, counted on one basis.
    case flows(FlowBasis)
    /// The monthly changes of peers.
    case peers(Peers.Options)
    /// The falls of all headcounts with their credibility.
    case falls(StaffFalls.Options)
    /// The first month of each enterprise in which it paid less wages than were due.
    case shortPay
}

/// The measures that several rules of one evaluation share. Each is computed once, at the start of
/// the evaluation.
///
/// A detector declares its measures (`Detector.measures`). An undeclared measure is computed at
/// each use, with the same result. A declaration saves time and changes no finding.
struct SharedMeasures: Sendable {
    /// The value for "no month".
    private static let never = Int32.max

    private var groups: CellGroups?
    private var flows: [FlowBasis: CellFlows] = [:]
    private var peers: [Peers.Options: Peers] = [:]
    private var falls: [StaffFalls.Options: StaffFalls] = [:]
    /// For each row of the panel, the first month with wages paid below wages due; nil when no
    /// detector declared this measure.
    private var shortPays: [Int32]?

    /// No measures.
    init() {}

    /// Computes the declared measures from the facts of an evaluation, except those that
    /// `computeFalls` computes.
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

    /// Computes the declared falls. They use other shared measures, so the context must contain
    /// these.
    static func computeFalls(_ measures: Set<SharedMeasure>, of context: EvaluationContext)
        -> [StaffFalls.Options: StaffFalls]
    {
        var falls: [StaffFalls.Options: StaffFalls] = [:]
        for case .falls(let options) in measures {
            falls[options] = StaffFalls(context, options)
        }
        return falls
    }

    /// Adds falls that were computed.
    mutating func add(_ computed: [StaffFalls.Options: StaffFalls]) {
        falls.merge(computed) { _, new in new }
    }

    /// The cells (region × section) with their enterprises.
    func groups(_ context: EvaluationContext) -> CellGroups { groups ?? CellGroups(context) }

    /// The leavers of every group, counted on one basis.
    func flows(_ context: EvaluationContext, _ basis: FlowBasis) -> CellFlows {
        flows[basis] ?? CellFlows(context, groups(context), basis)
    }

    /// The monthly changes of peers.
    func peers(_ context: EvaluationContext, _ options: Peers.Options) -> Peers {
        peers[options] ?? Peers(context, options)
    }

    /// The falls of all headcounts with their credibility.
    func falls(_ context: EvaluationContext, _ options: StaffFalls.Options) -> StaffFalls {
        falls[options] ?? StaffFalls(context, options)
    }

    /// Whether the enterprise paid less wages than were due in any month up to `last`. Without such
    /// a month its balance of unpaid wages never rose, so it has no arrears.
    func hasShortPay(_ context: EvaluationContext, _ row: Int, through last: Int) -> Bool {
        Int(shortPays?[row] ?? Self.firstShortPay(context, row)) <= last
    }

    /// The first month with wages paid below wages due; `never` without one.
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
