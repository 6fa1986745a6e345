import Labor

/// Which enterprises are of one kind, at four widths: industry and place, industry, section, all.
struct Kinds {
    /// The rows of every group of one width, group after group.
    struct Level {
        private let starts: [Int]
        private let ordered: [Int32]

        /// Sorts rows by their group.
        init(_ groupOf: [Int32], count: Int) {
            var starts = [Int](repeating: 0, count: count + 1)
            for group in groupOf { starts[Int(group) + 1] += 1 }
            for group in 0..<count { starts[group + 1] += starts[group] }
            var next = starts
            var ordered = [Int32](repeating: 0, count: groupOf.count)
            for (row, group) in groupOf.enumerated() {
                ordered[next[Int(group)]] = Int32(row)
                next[Int(group)] += 1
            }
            self.starts = starts
            self.ordered = ordered
        }

        var count: Int { starts.count - 1 }

        func size(_ group: Int) -> Int { starts[group + 1] - starts[group] }

        func rows(_ group: Int) -> ArraySlice<Int32> { ordered[starts[group]..<starts[group + 1]] }
    }

    /// The narrowest kind of each row.
    private(set) var cellOf: [Int32] = []
    /// By cell: its group at each width, the narrowest first.
    private(set) var cells: [[Int]] = []
    private(set) var levels: [Level] = []

    init(_ context: EvaluationContext) {
        let panel = context.facts.panel
        var industries: [IndustryCode: Int32] = [:]
        var sections: [IndustryCode: Int32] = [:]
        var cellIndex: [Int64: Int32] = [:]
        var sectionOf: [Int32] = []
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
            cells.append([Int(cell), Int(industry), Int(sectionOf[Int(industry)]), 0])
        }
        levels = [
            Level(cellOf, count: cells.count), Level(industryRows, count: industries.count),
            Level(industryRows.map { sectionOf[Int($0)] }, count: sections.count),
            Level([Int32](repeating: 0, count: cellOf.count), count: 1),
        ]
    }
}

/// The space in which medians are found, taken once.
struct Work {
    /// What a group did in a month.
    struct Median {
        var count: Int
        var change: Float
        var spread: Float
    }

    let logs: [Float]
    let months: Int
    let leastLog: Float
    let changeMax: Float
    private var columns: [[Float]] = []
    private var filled: [Int] = []

    init(logs: [Float], months: Int, leastLog: Float, changeMax: Float) {
        self.logs = logs
        self.months = months
        self.leastLog = leastLog
        self.changeMax = changeMax
    }

    /// How many reported each month.
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

    /// The median change and the spread of a group in every month; index 0 has none.
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
                // A comparison with NaN is false, so a missing month falls out here.
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
