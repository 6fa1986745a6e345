import Labor

/// Groups enterprises by kind at four levels, from the narrowest to the widest: industry and
/// region, industry, section, all.
struct Kinds {
    /// The rows of every group of one level, stored group after group.
    struct Level {
        private let starts: [Int]
        private let ordered: [Int32]

        /// Sorts rows by their group; a row of group -1 is in none.
        init(_ groupOf: [Int32], count: Int) {
            var starts = [Int](repeating: 0, count: count + 1)
            for group in groupOf where group >= 0 { starts[Int(group) + 1] += 1 }
            for group in 0..<count { starts[group + 1] += starts[group] }
            var next = starts
            var ordered = [Int32](repeating: 0, count: groupOf.count)
            for (row, group) in groupOf.enumerated() where group >= 0 {
                ordered[next[Int(group)]] = Int32(row)
                next[Int(group)] += 1
            }
            self.starts = starts
            self.ordered = ordered
        }

        /// The number of groups.
        var count: Int { starts.count - 1 }

        /// The number of rows of a group.
        func size(_ group: Int) -> Int { starts[group + 1] - starts[group] }

        /// The rows of a group.
        func rows(_ group: Int) -> ArraySlice<Int32> { ordered[starts[group]..<starts[group + 1]] }
    }

    /// The cell (industry × region) of each row.
    private(set) var cellOf: [Int32] = []
    /// For each cell (first index) its group at each of the four levels (second index), the
    /// narrowest level first. -1 means that the cell has no group at this level, because its region
    /// or its industry is unknown. The last level, all enterprises, has the one group 0, so every
    /// cell has peers.
    private(set) var cells: [[Int]] = []
    /// The four levels, the narrowest first.
    private(set) var levels: [Level] = []

    init(_ context: EvaluationContext) {
        let panel = context.facts.panel
        var industries: [IndustryCode: Int32] = [:]
        var sections: [IndustryCode: Int32] = [:]
        var cellIndex: [Int64: Int32] = [:]
        var sectionOf: [Int32] = []
        var isKnown: [Bool] = []
        var industryRows: [Int32] = []
        industryRows.reserveCapacity(panel.enterprises.count)
        cellOf.reserveCapacity(panel.enterprises.count)
        for (row, enterprise) in panel.enterprises.enumerated() {
            let code = enterprise.industryCode
            var industry = Int32(industries.count)
            if let known = industries[code] {
                industry = known
            } else {
                industries[code] = industry
                isKnown.append(context.facts.industries.isKnown(code))
                let section = context.facts.industries.section(code)
                let fresh = Int32(sections.count)
                sectionOf.append(sections[section] ?? fresh)
                if sections[section] == nil { sections[section] = fresh }
            }
            industryRows.append(industry)
            let key = Int64(context.regionIndex[row]) << 32 | Int64(industry)
            if let cell = cellIndex[key] {
                cellOf.append(cell)
                continue
            }
            let cell = Int32(cells.count)
            cellIndex[key] = cell
            cellOf.append(cell)
            let hasIndustry = isKnown[Int(industry)]
            let hasBoth = hasIndustry && context.isKnown(regional: Int(context.regionIndex[row]))
            cells.append([
                hasBoth ? Int(cell) : -1, hasIndustry ? Int(industry) : -1,
                hasIndustry ? Int(sectionOf[Int(industry)]) : -1, 0,
            ])
        }
        let known = industryRows.map { isKnown[Int($0)] ? $0 : -1 }
        levels = [
            Level(cellOf, count: cells.count), Level(known, count: industries.count),
            Level(known.map { $0 < 0 ? -1 : sectionOf[Int($0)] }, count: sections.count),
            Level([Int32](repeating: 0, count: cellOf.count), count: 1),
        ]
    }
}

/// The buffers for medians of monthly changes. They are allocated once.
struct Work {
    /// The changes of a group in one month.
    struct Median {
        /// The number of enterprises with a change in the month.
        var count: Int
        /// The median change, ln staff.
        var change: Float
        /// The scaled MAD of the changes, ln staff.
        var spread: Float
    }

    /// ln staff, rows × months, row by row; NaN where no report counts.
    let logs: [Float]
    /// The number of months of a row.
    let months: Int
    /// The smallest ln staff of a peer; a change needs it in both months.
    let leastLog: Float
    /// The limit of an absolute change, ln staff. Greater changes are errors or mergers.
    let changeMax: Float
    private var columns: [[Float]] = []
    private var filled: [Int] = []

    init(logs: [Float], months: Int, leastLog: Float, changeMax: Float) {
        self.logs = logs
        self.months = months
        self.leastLog = leastLog
        self.changeMax = changeMax
    }

    /// The number of enterprises that reported, for each month.
    func counts() -> [Int] {
        guard months > 0 else { return [] }
        var counts = [Int](repeating: 0, count: months)
        var month = 0
        for level in logs {
            if !level.isNaN { counts[month] += 1 }
            month = month + 1 == months ? 0 : month + 1
        }
        return counts
    }

    /// The median and the spread of the changes of a group, for each month. Index 0 has no month
    /// before it, so its count is 0.
    mutating func medians(_ rows: ArraySlice<Int32>) -> [Median] {
        if columns.isEmpty {
            columns = [[Float]](repeating: [], count: months)
            filled = [Int](repeating: 0, count: months)
        }
        for month in 0..<months {
            filled[month] = 0
            if columns[month].count < rows.count {
                columns[month] = [Float](repeating: 0, count: rows.count)
            }
        }
        for row in rows {
            let base = Int(row) * months
            var before = logs[base]
            for month in 1..<months {
                let level = logs[base + month]
                let change = level - before
                // A comparison with NaN is false, so a missing month is excluded here.
                if before >= leastLog, level >= leastLog, abs(change) < changeMax {
                    columns[month][filled[month]] = change
                    filled[month] += 1
                }
                before = level
            }
        }
        return (0..<months).map { month in
            let count = filled[month]
            guard count > 0 else { return Median(count: 0, change: 0, spread: 0) }
            let change = Robust.median(&columns[month], count: count)
            let spread = Robust.spread(&columns[month], count: count, around: change)
            return Median(count: count, change: change, spread: spread)
        }
    }
}
