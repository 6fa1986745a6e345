import Labor

/// The figure by which a rule counts the persons who left the enterprises of a group in a month.
enum FlowBasis: String, CaseIterable {
    /// The net decreases of the headcount, summed over the enterprises whose headcount fell.
    case netLosses = "net_losses"
    /// All separations, as reported.
    case separations
    /// Separations on the employer's initiative, as reported.
    case employerSeparations = "employer_separations"

    static let parameter = Schema.Parameter(
        "basis", .choice(allCases.map(\.rawValue)), .text(netLosses.rawValue))

    init(_ settings: Settings) {
        self = FlowBasis(rawValue: settings.text("basis")) ?? .netLosses
    }
}

/// The leavers of each group by month, with the staff that they left.
struct CellFlows {
    /// One group and month.
    struct Flow {
        /// The number of persons who left.
        var count = 0.0
        /// The headcount of the counted enterprises at the end of the month before.
        var staff = 0.0
        /// The largest number of leavers of one enterprise.
        var largest = 0.0
        /// The number of enterprises counted: those that reported all figures that the basis needs,
        /// and whose two headcounts do not show a wrong digit (`slip`).
        var enterprises = 0
        /// The number of counted enterprises with leavers.
        var losing = 0
        /// The number of enterprises that reported the month before. It includes the enterprises
        /// that `enterprises` does not count because their report of this month is missing,
        /// incomplete or implausible.
        var reportedBefore = 0

        mutating func add(_ other: Flow) {
            count += other.count
            staff += other.staff
            largest = max(largest, other.largest)
            enterprises += other.enterprises
            losing += other.losing
            reportedBefore += other.reportedBefore
        }

        /// Whether the counted enterprises are at least `share` of those that reported the month
        /// before.
        func isReported(share: Double) -> Bool {
            enterprises > 0 && Double(enterprises) >= share * Double(reportedBefore)
        }
    }

    let basis: FlowBasis
    /// The number of months: those of the panel up to the month of the as-of.
    let months: Int

    private let panel: Panel
    private let moves: StaffMoves
    /// Shape: groups × months.
    private var flows: [Flow]

    /// The ratios of two successive headcounts that show a wrong digit (one tenth or ten times).
    /// Such a pair of months is not counted. Source: the detection notes.
    private static let slip = 0.08...0.125

    init(_ context: EvaluationContext, _ groups: CellGroups, _ basis: FlowBasis) {
        self.basis = basis
        panel = context.facts.panel
        moves = context.moves
        months = (context.now ?? -1) + 1
        flows = [Flow](repeating: Flow(), count: groups.groups.count * months)
        for row in groups.cellOf.indices where groups.cellOf[row] >= 0 {
            let cell = Int(groups.cellOf[row])
            var before = panel.headcount(row, 0)
            for month in stride(from: 1, to: months, by: 1) {
                let after = panel.headcount(row, month)
                if before != nil || basis != .netLosses {
                    add(row, month, before, after, to: cell * months + month)
                }
                before = after
            }
        }
        for cell in groups.cells.indices {
            for group in groups.regionsOf[cell] {
                for month in 0..<months {
                    flows[group * months + month].add(flows[cell * months + month])
                }
            }
        }
    }

    subscript(group: Int, month: Int) -> Flow { flows[group * months + month] }

    /// The number of leavers of a group, by month.
    func counts(_ group: Int) -> [Double] {
        flows[group * months..<(group + 1) * months].map(\.count)
    }

    /// The staff of a group, by month.
    func exposures(_ group: Int) -> [Double] {
        flows[group * months..<(group + 1) * months].map(\.staff)
    }

    /// The history of a group: the months with at least `staffMin` staff.
    func reported(_ group: Int, staffMin: Double = 0) -> ReportedMonths {
        ReportedMonths(exposures: exposures(group), staffMin: staffMin)
    }

    /// Adds the loss of one enterprise in one month to a flow.
    private mutating func add(
        _ row: Int, _ month: Int, _ before: Int32?, _ after: Int32?, to index: Int
    ) {
        if before != nil { flows[index].reportedBefore += 1 }
        guard let loss = loss(row, month, before, after) else { return }
        flows[index].count += loss.persons
        flows[index].staff += loss.staff
        flows[index].largest = max(flows[index].largest, loss.persons)
        flows[index].enterprises += 1
        if loss.persons > 0 { flows[index].losing += 1 }
    }

    /// The loss of an enterprise in a month on this basis, without persons who moved to another
    /// employer; nil when the figures were not reported. `before` and `after` are the headcounts of
    /// the month before and of the month.
    func loss(
        _ row: Int, _ month: Int, _ before: Int32?, _ after: Int32?
    ) -> (persons: Double, staff: Double)? {
        guard var loss = gross(row, month, before, after) else { return nil }
        loss.persons = max(0, loss.persons - moves.out(row, month...month))
        return loss
    }

    /// The loss including persons who moved; nil when the figures were not reported.
    private func gross(
        _ row: Int, _ month: Int, _ before: Int32?, _ after: Int32?
    ) -> (persons: Double, staff: Double)? {
        guard let after else { return nil }
        switch basis {
        case .netLosses:
            guard let before, before > 0 else { return nil }
            let ratio = Double(after) / Double(before)
            if Self.slip.contains(ratio) || Self.slip.contains(1 / max(ratio, 1e-9)) { return nil }
            return (Double(max(0, before - after)), Double(before))
        case .separations, .employerSeparations:
            let leavers =
                basis == .separations
                ? panel.separations(row, month) : panel.employerSeparations(row, month)
            guard let leavers else { return nil }
            let staff = before.map(Double.init) ?? Double(after) + Double(leavers)
            return staff > 0 ? (Double(leavers), staff) : nil
        }
    }

    /// The evidence: the sums of some months, then the ten enterprises with the largest losses.
    func rows(_ members: [Int], _ month: Int, sums: [(month: Int, flow: Flow)]) -> [EvidenceRow] {
        let history = sums.map { month, flow in
            EvidenceRow(
                table: "labor.report", period: panel.period(month),
                values: [
                    "persons": .int(Int64(flow.count.rounded())),
                    "staff": .int(Int64(flow.staff.rounded())),
                    "enterprises": .int(Int64(flow.enterprises)),
                ], reportedAt: nil)
        }
        var losers: [(row: Int, persons: Double, staff: Double)] = []
        for row in members where month > 0 {
            let (before, after) = (panel.headcount(row, month - 1), panel.headcount(row, month))
            guard let loss = loss(row, month, before, after), loss.persons > 0 else { continue }
            losers.append((row, loss.persons, loss.staff))
        }
        losers.sort { left, right in
            if left.persons != right.persons { return left.persons > right.persons }
            return panel.enterprises[left.row].id < panel.enterprises[right.row].id
        }
        return history
            + losers.prefix(10).map { row, persons, staff in
                EvidenceRow(
                    table: "labor.report", period: panel.period(month),
                    values: [
                        "enterprise_id": .int(panel.enterprises[row].id),
                        "name": .string(panel.enterprises[row].name),
                        "persons": .int(Int64(persons.rounded())),
                        "staff": .int(Int64(staff.rounded())),
                    ], reportedAt: panel.reportedAt(row, month))
            }
    }
}
