import Foundation
import Labor

/// How enterprises of one kind moved, month by month: what the whole trade did is no news of one.
///
/// Peers are the enterprises of the same industry in the same place; where too few of them
/// reported in a month, the industry, its section, and all. The medians need every row of the
/// panel, whatever the scope of the evaluation: who uses them is evaluated for all enterprises in
/// every cycle, so that the sum of incremental cycles is the full evaluation. Their parameters are
/// those of the rule itself; a region's override does not change them, for peers cross regions.
final class Peers: Sendable {
    /// What the medians depend on.
    struct Options: Hashable, Sendable {
        /// So many peers with both months make a median.
        let least: Int
        /// Enterprises below this staff are no peers: one person is too large a share.
        let staffMin: Int
        /// A month is judged once this share of those who usually report has reported.
        let openedShare: Double

        static let parameters: [Schema.Parameter] = [
            .init("peers_min", .whole(2...10_000), .number(20)),
            .init("peer_staff_min", .whole(1...10_000), .number(10)),
            .init("opened_share", .number(Schema.share), .number(0.5)),
        ]

        init(_ settings: Settings) {
            least = settings.whole("peers_min")
            staffMin = settings.whole("peer_staff_min")
            openedShare = settings.number("opened_share")
        }
    }

    /// Changes above this in a month are errors or mergers and say nothing of the peers.
    private static let changeMax: Float = 1.5
    /// Months that are looked at, the as-of's included.
    static let span = 36
    /// Staff of nobody counts as half a person, so that it has a logarithm.
    private static let nobody: Float = 0.5

    /// The panel's month at index 0 here, and how many there are.
    let start: Int
    let months: Int
    /// The latest month that enough enterprises have reported, as an index here; -1 for none.
    let opened: Int
    /// ln staff by row and month; NaN where no report counts.
    let logs: [Float]
    /// The kind of each row.
    private let cellOf: [Int32]
    private let cellRows: Kinds.Level
    /// By cell and month: the median change summed up from the first month, and the square of the
    /// excess of the spread over what is usual in the cell.
    private let sums: [Double]
    private let excesses: [Double]
    /// By cell and month: whether there were peers enough.
    private let founded: [Bool]

    init(_ context: EvaluationContext, _ options: Options) {
        let panel = context.facts.panel
        let now = context.now ?? -1
        start = max(0, now - Peers.span + 1)
        months = now - start + 1
        let logs = Peers.logs(panel, start: start, months: months)
        self.logs = logs
        let kinds = Kinds(context)
        cellOf = kinds.cellOf
        cellRows = kinds.levels[0]
        var work = Work(
            logs: logs, months: months, leastLog: log(Float(options.staffMin)) - 1e-4,
            changeMax: Peers.changeMax)
        opened = Peers.opened(work.counts(), options)
        let settled = Peers.settled(kinds, options, &work)
        sums = settled.sums
        excesses = settled.excesses
        founded = settled.founded
    }

    /// The latest month of a row that has a figure and is open, as an index here.
    func latest(_ row: Int) -> Int? {
        var month = opened
        while month >= 0 {
            if !logs[row * months + month].isNaN { return month }
            month -= 1
        }
        return nil
    }

    /// ln staff; NaN when not reported.
    func level(_ row: Int, _ month: Int) -> Double {
        month < 0 ? .nan : Double(logs[row * months + month])
    }

    /// What the peers' level did up to a month, from the first.
    func drift(_ row: Int, _ month: Int) -> Double { sums[Int(cellOf[row]) * months + month] }

    /// ln staff without what the peers did; NaN when not reported.
    func adjusted(_ row: Int, _ month: Int) -> Double {
        month < 0 ? .nan : level(row, month) - drift(row, month)
    }

    /// The rows of the same industry and place as a row's.
    func rowsOfCell(_ row: Int) -> [Int] { cellRows.rows(Int(cellOf[row])).map { Int($0) } }

    /// The squared excess spread of the peers in a month.
    func excess(_ row: Int, _ month: Int) -> Double {
        excesses[Int(cellOf[row]) * months + month]
    }

    /// Whether a median of enough peers stands behind a month.
    func isFounded(_ row: Int, _ month: Int) -> Bool {
        month > 0 && founded[Int(cellOf[row]) * months + month]
    }

    private static func logs(_ panel: Panel, start: Int, months: Int) -> [Float] {
        guard months > 0 else { return [] }
        let rows = panel.enterprises.count
        // Small staffs are the most common: their logarithms are looked up.
        let table = (0..<4_096).map { log(max(Float($0), nobody)) }
        return [Float](unsafeUninitializedCapacity: rows * months) { buffer, count in
            var at = 0
            for row in 0..<rows {
                for month in start..<start + months {
                    if let heads = panel.headcount(row, month), heads >= 0 {
                        buffer[at] = heads < 4_096 ? table[Int(heads)] : log(Float(heads))
                    } else {
                        buffer[at] = .nan
                    }
                    at += 1
                }
            }
            count = at
        }
    }

    /// The latest month that enough have reported, by how many usually do: the largest number of
    /// the three months before. A small bureau does not wait.
    private static func opened(_ counts: [Int], _ options: Options) -> Int {
        var month = counts.count - 1
        while month >= 0 {
            let usual = counts[max(0, month - 3)..<month].max() ?? 0
            if usual < options.least || counts[month] >= options.least,
                Double(counts[month]) >= options.openedShare * Double(usual)
                    || usual < options.least
            {
                return month
            }
            month -= 1
        }
        return -1
    }

    /// Finds the medians of every cell and month.
    private static func settled(
        _ kinds: Kinds, _ options: Options, _ work: inout Work
    ) -> (sums: [Double], excesses: [Double], founded: [Bool]) {
        let cells = kinds.cells.count
        let months = max(work.months, 0)
        var sums = [Double](repeating: 0, count: cells * months)
        var excesses = sums
        var founded = [Bool](repeating: false, count: cells * months)
        guard months > 1 else { return (sums, excesses, founded) }
        var medians: [[[Work.Median]?]] = kinds.levels.map {
            [[Work.Median]?](repeating: nil, count: $0.count)
        }
        var spreads = [Float](repeating: 0, count: months)
        for cell in 0..<cells {
            var sum = 0.0
            var known = 0
            for month in 1..<months {
                for (level, group) in kinds.cells[cell].enumerated() where group >= 0 {
                    if kinds.levels[level].size(group) < options.least { continue }
                    if medians[level][group] == nil {
                        medians[level][group] = work.medians(kinds.levels[level].rows(group))
                    }
                    guard let median = medians[level][group]?[month],
                        median.count >= options.least
                    else { continue }
                    sum += Double(median.change)
                    excesses[cell * months + month] = Double(median.spread * median.spread)
                    founded[cell * months + month] = true
                    spreads[known] = median.spread
                    known += 1
                    break
                }
                sums[cell * months + month] = sum
            }
            let usual = known > 0 ? Robust.median(&spreads, count: known) : 0
            for month in 1..<months {
                let at = cell * months + month
                excesses[at] = max(0, excesses[at] - Double(usual * usual))
            }
        }
        return (sums, excesses, founded)
    }
}
