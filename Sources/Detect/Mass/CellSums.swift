import Labor

/// The matched sample of a group in one month: the sums over the enterprises that reported both
/// this month and the month before.
package struct CellSums: Sendable {
    /// The number of enterprises that reported both months.
    package var enterprises = 0
    /// The number of enterprises whose headcount fell.
    package var falling = 0
    /// The headcount at the end of the month before, persons.
    package var before = 0.0
    /// The headcount at the end of the month, persons, with the persons of `moved` added back.
    package var after = 0.0
    /// The number of enterprises that reported the month before, whether or not they reported the
    /// month.
    package var reportedBefore = 0
    /// The persons who moved to another employer, minus those who came from one.
    package var moved = 0.0
    /// The headcounts of the largest enterprises, in falling order of `before`.
    package var largest: [(before: Double, after: Double)] = []

    /// Sums of no enterprise.
    package init() {}

    /// The fall as a share of `before`; negative for a rise.
    package var fall: Double { before > 0 ? 1 - after / before : 0 }

    /// The fall without the largest enterprises; nil when no other enterprise remains.
    package var fallWithoutLargest: Double? {
        let restBefore = before - largest.reduce(0) { $0 + $1.before }
        let restAfter = after - largest.reduce(0) { $0 + $1.after }
        return restBefore > 0 ? 1 - restAfter / restBefore : nil
    }

    /// The share of enterprises whose headcount fell.
    package var diffusion: Double { enterprises > 0 ? Double(falling) / Double(enterprises) : 0 }

    /// Adds one enterprise. `top` is the number of largest enterprises to keep.
    package mutating func add(before: Double, after: Double, top: Int) {
        enterprises += 1
        if after < before { falling += 1 }
        self.before += before
        self.after += after
        keep(before: before, after: after, top: top)
    }

    /// Adds the sums of another group with the same `top`.
    package mutating func add(_ other: CellSums, top: Int) {
        enterprises += other.enterprises
        falling += other.falling
        before += other.before
        after += other.after
        reportedBefore += other.reportedBefore
        moved += other.moved
        for one in other.largest { keep(before: one.before, after: one.after, top: top) }
    }

    /// Keeps an enterprise if it is among the `top` largest. Of two equal ones the one with the
    /// larger fall comes first, so that the order of the rows does not matter.
    private mutating func keep(before: Double, after: Double, top: Int) {
        guard top > 0 else { return }
        if largest.count == top, let last = largest.last,
            (last.before, -last.after) >= (before, -after)
        {
            return
        }
        let regional = largest.firstIndex { ($0.before, -$0.after) < (before, -after) }
        largest.insert((before, after), at: regional ?? largest.count)
        if largest.count > top { largest.removeLast() }
    }
}

/// The groups in which enterprises are summed: the cells (region × section), and all regions that
/// contain them.
///
/// An enterprise of an unknown industry counts in its regions, but in no cell with a section. An
/// enterprise of an unknown region counts in no group.
struct CellGroups {
    /// A cell, or a whole region if the section is nil.
    struct Group: Hashable, Sendable {
        var region: RegionCode
        var section: IndustryCode?
    }

    /// The cells of the enterprises. A cell without a section contains the enterprises of a region
    /// whose industry is unknown. Such a cell is included in the sum of the region, but is not a
    /// subject of alerts.
    private(set) var cells: [Group] = []
    /// All groups: first the cells, then the regions, each in the order in which the enterprises of
    /// the panel first name them.
    private(set) var groups: [Group] = []
    /// The groups that may be subjects of alerts, as indices into `groups`: all regions, and all
    /// cells but those whose industry section is unknown.
    private(set) var subjects: [Int] = []

    /// The cell of each row; -1 for an enterprise of an unknown region.
    private(set) var cellOf: [Int32] = []
    /// For each cell (first index) the regions that contain it, innermost first, as indices into
    /// `groups`.
    private(set) var regionsOf: [[Int]] = []
    /// For each cell (first index) its enterprises, as rows of the panel.
    private var rowsOf: [[Int]] = []

    init(_ context: EvaluationContext) {
        var known: [Group: Int32] = [:]
        var sections: [IndustryCode: IndustryCode?] = [:]
        var paths: [[RegionCode]] = []
        let industries = context.facts.industries
        let isKnownPlace = context.regionCodes.indices.map(context.isKnown)
        cellOf = context.facts.panel.enterprises.enumerated().map { row, enterprise in
            guard isKnownPlace[Int(context.regionIndex[row])] else { return -1 }
            let code = enterprise.industryCode
            let section =
                sections[code] ?? (industries.isKnown(code) ? industries.section(code) : nil)
            sections[code] = .some(section)
            let group = Group(region: enterprise.regionCode, section: section)
            if let cell = known[group] { return cell }
            let cell = Int32(cells.count)
            known[group] = cell
            cells.append(group)
            rowsOf.append([])
            paths.append(context.path(row))
            return cell
        }
        for (row, cell) in cellOf.enumerated() where cell >= 0 { rowsOf[Int(cell)].append(row) }
        groups = cells
        var regions: [RegionCode: Int] = [:]
        regionsOf = paths.map { path in
            path.map { code in
                if let index = regions[code] { return index }
                let index = groups.count
                regions[code] = index
                groups.append(Group(region: code, section: nil))
                return index
            }
        }
        subjects = groups.indices.filter { $0 >= cells.count || groups[$0].section != nil }
    }

    /// The rows of a group.
    /// - Parameter group: an index of `groups`.
    func rows(of group: Int) -> [Int] {
        if group < cells.count { return rowsOf[group] }
        return cells.indices.filter { regionsOf[$0].contains(group) }.flatMap { rowsOf[$0] }
    }

    /// The sums of every group for one month, in the order of `groups`.
    ///
    /// Persons who moved to another employer are added back to their old employer and subtracted
    /// from the new one. A move therefore changes no sum.
    /// - Parameters:
    ///   - month: the month, as an index of the panel.
    ///   - top: the number of largest enterprises to keep.
    func sums(_ panel: Panel, _ moves: StaffMoves, month: Int, top: Int) -> [CellSums] {
        var sums = [CellSums](repeating: CellSums(), count: groups.count)
        guard month >= 1, month < panel.months else { return sums }
        for row in cellOf.indices where cellOf[row] >= 0 {
            guard let before = panel.headcount(row, month - 1) else { continue }
            let cell = Int(cellOf[row])
            sums[cell].reportedBefore += 1
            guard let after = panel.headcount(row, month) else { continue }
            let moved = moves.net(row, month)
            sums[cell].moved += moved
            sums[cell].add(
                before: Double(before), after: max(0, Double(after) + moved), top: top)
        }
        for cell in cells.indices {
            for region in regionsOf[cell] { sums[region].add(sums[cell], top: top) }
        }
        return sums
    }
}
