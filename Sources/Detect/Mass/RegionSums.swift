import Labor

/// The sums of the reports of one region and month, from which the components of the warning index
/// are computed.
struct RegionSums {
    /// The measures, by the names that a rule uses in its weights.
    enum Measure: String, CaseIterable {
        case netFall = "net_fall"
        case fallingShare = "falling_share"
        case employerLeavers = "employer_leavers"
        case unpaidWages = "unpaid_wages"
        case unpaidContributions = "unpaid_contributions"
        case insuredFall = "insured_fall"

        /// Whether the measure depends on the headcount, which festivals change.
        var isStaff: Bool {
            switch self {
            case .netFall, .fallingShare, .employerLeavers, .insuredFall: true
            case .unpaidWages, .unpaidContributions: false
            }
        }
    }

    private(set) var enterprises = 0.0
    private(set) var reportedBefore = 0.0
    private var before = 0.0
    private var after = 0.0
    private var falling = 0.0
    private var leavers = 0.0
    private var leaversStaff = 0.0
    private var wagesDue = 0.0
    private var wagesPaid = 0.0
    private var contributionsDue = 0.0
    private var contributionsPaid = 0.0
    private var insuredBefore = 0.0
    private var insuredAfter = 0.0

    /// The headcount and the insured persons of one enterprise at the end of a month.
    struct Heads {
        var staff: Int32?
        var insured: Int32?

        init(_ panel: Panel, _ row: Int, _ month: Int) {
            staff = panel.headcount(row, month)
            insured = panel.insured(row, month)
        }
    }

    /// Adds the changes of an enterprise in a month.
    ///
    /// Persons who moved to another employer are added back to their old employer, with their
    /// insurance, and subtracted from the new one.
    /// - Parameters:
    ///   - start: the figures of the month before.
    ///   - end: the figures of the month.
    mutating func add(
        _ row: Int, _ month: Int, from start: Heads, to end: Heads, in context: EvaluationContext
    ) {
        let panel = context.facts.panel
        guard let before = start.staff else { return }
        reportedBefore += 1
        guard let reported = end.staff else { return }
        let moved = context.moves.net(row, month)
        let after = max(0, Double(reported) + moved)
        enterprises += 1
        self.before += Double(before)
        self.after += after
        if after < Double(before) { falling += 1 }
        if let left = panel.employerSeparations(row, month) {
            leavers += max(0, Double(left) - context.moves.out(row, month...month))
            leaversStaff += Double(before)
        }
        if let due = panel.wagesDue(row, month), let paid = panel.wagesPaid(row, month) {
            wagesDue += Double(due)
            wagesPaid += Double(paid)
        }
        if let due = panel.contributionsDue(row, month),
            let paid = panel.contributionsPaid(row, month),
            !panel.contributionsDeferred(row, month)
        {
            contributionsDue += Double(due)
            contributionsPaid += Double(paid)
        }
        if let start = start.insured, let end = end.insured {
            insuredBefore += Double(start)
            let kept = Double(end) + moved
            // The correction of the insured persons is limited by their own change in the month.
            insuredAfter +=
                moved > 0
                ? max(Double(end), min(kept, Double(start)))
                : min(Double(end), max(kept, Double(start)))
        }
    }

    /// Adds the sums of another group of enterprises.
    mutating func add(_ other: RegionSums) {
        enterprises += other.enterprises
        reportedBefore += other.reportedBefore
        before += other.before
        after += other.after
        falling += other.falling
        leavers += other.leavers
        leaversStaff += other.leaversStaff
        wagesDue += other.wagesDue
        wagesPaid += other.wagesPaid
        contributionsDue += other.contributionsDue
        contributionsPaid += other.contributionsPaid
        insuredBefore += other.insuredBefore
        insuredAfter += other.insuredAfter
    }

    /// A measure as a share, where a higher value is worse; nil when its figures were not reported.
    func value(_ measure: Measure) -> Double? {
        switch measure {
        case .netFall: before > 0 ? 1 - after / before : nil
        case .fallingShare: enterprises > 0 ? falling / enterprises : nil
        case .employerLeavers: leaversStaff > 0 ? leavers / leaversStaff : nil
        case .unpaidWages: wagesDue > 0 ? 1 - wagesPaid / wagesDue : nil
        case .unpaidContributions:
            contributionsDue > 0 ? 1 - contributionsPaid / contributionsDue : nil
        case .insuredFall: insuredBefore > 0 ? 1 - insuredAfter / insuredBefore : nil
        }
    }
}
