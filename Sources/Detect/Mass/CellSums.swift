import Labor

/// The matched sample of a group of enterprises over one month: those that reported both ends.
package struct CellSums: Sendable {
    /// Enterprises that reported both months.
    package var enterprises = 0
    /// How many of them fell.
    package var falling = 0
    /// Their staff at the end of the month before.
    package var before = 0.0
    /// Their staff at the end of the month.
    package var after = 0.0
    /// Reporters of the month before, matched or not.
    package var reportedBefore = 0
    /// Persons who moved to another employer, less those who came: `after` has them still.
    package var moved = 0.0
    /// The largest enterprises, by staff before, falling.
    package var largest: [(before: Double, after: Double)] = []

    /// The sums of nothing.
    package init() {}

    /// The fall as a share; negative for a rise.
    package var fall: Double { before > 0 ? 1 - after / before : 0 }

    /// The same without the largest enterprises; nil when nothing is left.
    package var fallWithoutLargest: Double? {
        let restBefore = before - largest.reduce(0) { $0 + $1.before }
        let restAfter = after - largest.reduce(0) { $0 + $1.after }
        return restBefore > 0 ? 1 - restAfter / restBefore : nil
    }

    /// The share of enterprises that fell.
    package var diffusion: Double { enterprises > 0 ? Double(falling) / Double(enterprises) : 0 }

    /// Adds one enterprise, and keeps so many of the largest.
    package mutating func add(before: Double, after: Double, top: Int) {
        enterprises += 1
        if after < before { falling += 1 }
        self.before += before
        self.after += after
        keep(before: before, after: after, top: top)
    }

    /// Adds another group, which kept as many of its largest.
    package mutating func add(_ other: CellSums, top: Int) {
        enterprises += other.enterprises
        falling += other.falling
        before += other.before
        after += other.after
        reportedBefore += other.reportedBefore
        moved += other.moved
        for one in other.largest { keep(before: one.before, after: one.after, top: top) }
    }

    /// Keeps an enterprise when it is one of the largest; among equals the one that fell more, so
    /// that the order of the rows does not matter.
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

/// The groups that enterprises are summed in: region × section cells, and every region above.
///
/// An enterprise whose industry is unknown counts in its regions, but makes no cell; one whose region
/// is unknown counts in no group, since nobody knows where it is.
struct CellGroups {
    /// A cell, or a region as a whole where the section is nil.
    struct Group: Hashable, Sendable {
        var region: RegionCode
        var section: IndustryCode?
    }

    /// The cells that enterprises stand in. One without a section takes in a region's enterprises of
    /// unknown industries: it is summed up in the region and is no subject of its own.
    private(set) var cells: [Group] = []
    /// Every group: first the cells, then the regions, each in the order of first sight.
    private(set) var groups: [Group] = []
    /// The groups that may be spoken of, as indices into `groups`: all but the cells without a
    /// section.
    private(set) var subjects: [Int] = []

    /// The cell of each enterprise, by dense row; -1 for one whose region is unknown.
    private(set) var cellOf: [Int32] = []
    /// The regions of each cell, as indices into `groups`.
    private(set) var regionsOf: [[Int]] = []
    /// The enterprises of each cell, by dense row.
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

    /// The dense rows of a group of `groups`.
    func rows(of group: Int) -> [Int] {
        if group < cells.count { return rowsOf[group] }
        return cells.indices.filter { regionsOf[$0].contains(group) }.flatMap { rowsOf[$0] }
    }

    /// The sums of every group for the month that ends at `month`, in the order of `groups`.
    ///
    /// Staff that moved to another employer stays where it was: a move is no loss of its cell and no
    /// gain of the other.
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
