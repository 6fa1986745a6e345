import Foundation
import Labor

/// The monthly change of the headcount among the peers of each enterprise. A change that all peers
/// share gives no information about a single enterprise.
///
/// Peers are the enterprises of the same industry and region. If too few of them reported in a
/// month, the peers are those of the industry, then of its section, then all enterprises. The
/// medians need every row of the panel, independent of the scope. Rules that use peers therefore
/// evaluate all enterprises in every cycle, so that incremental cycles give the same result as a
/// full evaluation. The options come from the rule itself. Regional settings do not apply, because
/// peers cross regions.
final class Peers: Sendable {
    /// The options that determine the medians.
    struct Options: Hashable, Sendable {
        /// The minimum number of peers with a change in a month for a median.
        let least: Int
        /// The minimum headcount of a peer. In a smaller enterprise one person is too large a
        /// share.
        let staffMin: Int
        /// A month is judged once this share of the usual reporters has reported it.
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

    /// The limit of an absolute monthly change, ln staff. Greater changes are errors or mergers.
    private static let changeMax: Float = 1.5
    /// The number of months used, including the month of the as-of.
    static let span = 36
    /// The headcount that replaces 0, so that it has a logarithm.
    private static let nobody: Float = 0.5

    /// The panel month at index 0. All month arguments of this class are relative to it.
    let start: Int
    /// The number of months.
    let months: Int
    /// The latest month that enough enterprises have reported; -1 for none.
    let opened: Int
    /// ln staff, rows × months; NaN where no report counts.
    let logs: [Float]
    /// The cell (industry × region) of each row.
    private let cellOf: [Int32]
    private let cellRows: Kinds.Level
    /// The cumulative median change since the first month, ln staff. Shape: cells × months.
    private let sums: [Double]
    /// The excess variance: the squared spread of the peers' changes minus the squared median
    /// spread of the cell, at least 0. Shape: cells × months.
    private let excesses: [Double]
    /// Whether enough peers give a median. Shape: cells × months.
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

    /// The latest month, up to `opened`, with a headcount of the row; nil for none.
    func latest(_ row: Int) -> Int? {
        var month = opened
        while month >= 0 {
            if !logs[row * months + month].isNaN { return month }
            month -= 1
        }
        return nil
    }

    /// ln staff; NaN when it was not reported.
    func level(_ row: Int, _ month: Int) -> Double {
        month < 0 ? .nan : Double(logs[row * months + month])
    }

    /// The cumulative median change of the peers from the first month to `month`, ln staff.
    func drift(_ row: Int, _ month: Int) -> Double { sums[Int(cellOf[row]) * months + month] }

    /// ln staff minus the drift of the peers; NaN when it was not reported.
    func adjusted(_ row: Int, _ month: Int) -> Double {
        month < 0 ? .nan : level(row, month) - drift(row, month)
    }

    /// The rows with the same industry and region as `row`, including `row`.
    func rowsOfCell(_ row: Int) -> [Int] { cellRows.rows(Int(cellOf[row])).map { Int($0) } }

    /// The excess variance of the peers in a month, (ln staff)².
    func excess(_ row: Int, _ month: Int) -> Double {
        excesses[Int(cellOf[row]) * months + month]
    }

    /// Whether enough peers give a median for the month.
    func isFounded(_ row: Int, _ month: Int) -> Bool {
        month > 0 && founded[Int(cellOf[row]) * months + month]
    }

    /// Computes ln staff of all rows and months.
    private static func logs(_ panel: Panel, start: Int, months: Int) -> [Float] {
        guard months > 0 else { return [] }
        let rows = panel.enterprises.count
        // Small headcounts are the most common, so their logarithms come from a table.
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

    /// The latest month that enough enterprises have reported; -1 for none. The usual number of
    /// reporters is the largest of the three months before. If it is below `peers_min`, the month
    /// is open at once.
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

    /// Computes the medians and spreads of every cell and month, from the narrowest group with
    /// enough peers.
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
