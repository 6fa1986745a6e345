import Detect

/// Scores of mass.scan: panel-months with a false alarm, and events with an alarm on an overlapping
/// node.
enum Cells {
    static let (regions, industries) = (12, 10)

    struct Panel {
        var leaves = NodeScan.Leaves(counts: [], exposures: [])
        var scope = ""
        var affected: Set<Int> = []
        var onset = 0
        var end = 0
    }

    static func panels(_ directory: String) throws -> [Panel] {
        let table = try Table(directory + "/cells.csv")
        let truth = try Table(directory + "/cells_truth.csv")
        let cells = regions * industries
        let months = table.count / truth.count / cells
        var panels = (0..<truth.count).map { row in
            var panel = Panel()
            panel.leaves.counts = Array(
                repeating: [Double](repeating: 0, count: months), count: cells)
            panel.leaves.exposures = Array(
                repeating: [Double](repeating: 1, count: months), count: cells)
            panel.scope = truth.text(row, "scope")
            panel.affected = affected(
                panel.scope, truth.whole(row, "region"), truth.whole(row, "industry"))
            panel.onset = truth.whole(row, "onset")
            panel.end = truth.whole(row, "end")
            return panel
        }
        for row in 0..<table.count {
            let cell = table.whole(row, "region") * industries + table.whole(row, "industry")
            panels[table.whole(row, "rep")].leaves.counts[cell][table.whole(row, "t")] = Double(
                table.whole(row, "count"))
        }
        return panels
    }

    private static func affected(_ scope: String, _ region: Int, _ industry: Int) -> Set<Int> {
        switch scope {
        case "leaf": cells([region], [industry])
        case "region": cells([region], Array(0..<industries))
        case "industry": cells(Array(0..<regions), [industry])
        case "block":
            cells(
                Array(region / 4 * 4..<region / 4 * 4 + 4),
                Array(industry / 5 * 5..<industry / 5 * 5 + 5))
        default: []
        }
    }

    private static func cells(_ regions: [Int], _ industries: [Int]) -> Set<Int> {
        Set(regions.flatMap { region in industries.map { region * Self.industries + $0 } })
    }

    /// All nodes: regions, groups of four regions and all regions, each × industries, groups of
    /// five industries and all industries.
    static let nodes: [[Int]] = {
        let rows =
            (0..<regions).map { [$0] } + (0..<3).map { Array($0 * 4..<$0 * 4 + 4) }
            + [Array(0..<regions)]
        let columns =
            (0..<industries).map { [$0] } + (0..<2).map { Array($0 * 5..<$0 * 5 + 5) }
            + [Array(0..<industries)]
        return rows.flatMap { row in columns.map { cells(row, $0).sorted() } }
    }()

    /// The limits: the largest share of quiet months with an alarm, and the smallest share of found
    /// events.
    static let (falseMax, foundMin) = (0.05, 0.83)

    /// Prints the scores. Returns whether mass.scan with the catalogue's parameters keeps the
    /// limits.
    static func run(_ directory: String) throws -> Bool {
        let panels = try panels(directory)
        print("panels \(panels.count); rule: false-alarm panel-months, POD, POD by scope")
        let scan = NodeScan(statistic: ScanStatistic())
        let judged = panels.map { panel -> [[NodeScan.Judged]] in
            let last = panel.leaves.counts[0].count
            return (last - 12..<last).map { scan.judge(panel.leaves, nodes: nodes, month: $0) }
        }
        for limit in [0.01, 0.03, 0.05] {
            _ = report("scan \(limit)", panels, judged) { found in
                found.first.map { $0.result.searched <= limit ? [$0.index] : [] } ?? []
            }
            _ = report("list \(limit)", panels, judged) { list($0, limit) }
        }
        let (wrong, found) = report("mass.scan as the catalogue has it", panels, judged) { found in
            let listed = Set(list(found, 0.05))
            return found.filter { listed.contains($0.index) && $0.result.searched <= 0.2 }
                .map(\.index)
        }
        let isKept = wrong <= falseMax && found >= foundMin
        print("limits \(falseMax) and \(foundMin):", isKept ? "kept" : "MISSED")
        return isKept
    }

    private static func list(_ found: [NodeScan.Judged], _ rate: Double) -> [Int] {
        let kept = benjaminiHochberg(found.map(\.result.p), rate: rate)
        return zip(found, kept).filter(\.1).map(\.0.index)
    }

    private static func report(
        _ name: String, _ panels: [Panel], _ judged: [[[NodeScan.Judged]]],
        _ alarms: ([NodeScan.Judged]) -> [Int]
    ) -> (wrong: Double, found: Double) {
        var quiet = 0
        var wrong = 0
        var found: [String: (hits: Int, all: Int)] = [:]
        for (panel, months) in zip(panels, judged) {
            let last = panel.leaves.counts[0].count
            var isHit = false
            for (offset, month) in (last - 12..<last).enumerated() {
                let raised = alarms(months[offset])
                if panel.affected.isEmpty || month < panel.onset {
                    quiet += 1
                    wrong += raised.isEmpty ? 0 : 1
                } else if month <= panel.end {
                    isHit = isHit || raised.contains { !panel.affected.isDisjoint(with: nodes[$0]) }
                }
            }
            guard !panel.affected.isEmpty else { continue }
            found[panel.scope, default: (0, 0)].all += 1
            found["all", default: (0, 0)].all += 1
            if isHit {
                found[panel.scope, default: (0, 0)].hits += 1
                found["all", default: (0, 0)].hits += 1
            }
        }
        let pods = found.sorted { $0.key < $1.key }.map { scope, sum in
            "\(scope) \(fixed(Double(sum.hits) / Double(sum.all), 3))"
        }
        let share = Double(wrong) / Double(quiet)
        print(name + ":", fixed(share, 4), pods.joined(separator: " "))
        let all = found["all"] ?? (0, 1)
        return (share, Double(all.hits) / Double(all.all))
    }
}
