import Foundation
import Labor

/// Finds the employer to which the persons of a fall moved. A fall that reappears as a rise at
/// another enterprise is no loss of jobs.
struct Transfers {
    /// The limits of a match with an unrelated neighbour.
    struct Options: Hashable, Sendable {
        /// The minimum gain of a neighbour as a share of the fall. The maximum is the fall divided
        /// by it.
        let share: Double
        /// The minimum number of persons for a match without a common owner, because small numbers
        /// match by chance.
        let strangersMin: Double

        static let parameters: [Schema.Parameter] = [
            .init("transfer_share", .number(0.1...1), .number(0.8)),
            .init("transfer_persons_min", .whole(1...100_000), .number(20)),
        ]

        init(_ settings: Settings) {
            share = settings.number("transfer_share")
            strangersMin = settings.number("transfer_persons_min")
        }
    }

    /// The explanation of a fall by a transfer.
    struct Match {
        /// The number of persons who moved, to be subtracted from the fall; 0 for a neighbour.
        var persons: Double
        /// The source: `event`, `owner_group` or `neighbour`.
        var basis: String
        /// The neighbour with the matching gain; nil for the other sources.
        var enterprise: Int64?
    }

    private let baseline: Baseline
    private let options: Options
    private let context: EvaluationContext

    init(_ context: EvaluationContext, _ baseline: Baseline, _ options: Options) {
        self.context = context
        self.baseline = baseline
        self.options = options
    }

    /// The transfer that explains a fall: the moves of `StaffMoves`, otherwise a likely neighbour.
    /// Nil when there is neither.
    /// - Parameters:
    ///   - index: the month, as an index of `Peers`.
    ///   - persons: the size of the fall.
    func match(_ row: Int, _ index: Int, window: Int, persons: Double) -> Match? {
        let months = baseline.reach(index, window: window)
        let moved = context.moves.out(row, months)
        if moved > 0 {
            let isTold = context.moves.told(row, months) > 0
            return Match(persons: min(moved, persons), basis: isTold ? "event" : "owner_group")
        }
        return neighbour(row, index, window: window, persons: persons)
    }

    /// The only enterprise of the same industry and region with a gain of similar size that neither
    /// peers nor season explain. Two such enterprises are a coincidence and give nil.
    private func neighbour(
        _ row: Int, _ index: Int, window: Int, persons: Double
    ) -> Match? {
        guard persons >= options.strangersMin else { return nil }
        var found: Int?
        for other in rows(near: row) where other != row {
            let gained = gain(other, index, window: window)
            guard gained >= options.share * persons, gained <= persons / options.share,
                let residual = baseline.residual(other, index, window: window),
                min(residual.byPeers, residual.bySeason ?? .infinity) > 0.095
            else { continue }
            if found != nil { return nil }
            found = other
        }
        return found.map {
            Match(
                persons: 0, basis: "neighbour", enterprise: context.facts.panel.enterprises[$0].id)
        }
    }

    /// The number of persons gained since before the window, negative for a fall. A missing month
    /// is replaced by the month before. The level before the window is taken one month earlier,
    /// because the two reports may show the move one month apart.
    private func gain(_ row: Int, _ index: Int, window: Int) -> Double {
        let peers = baseline.peers
        let last = index - window - 1
        guard last >= 0 else { return 0 }
        let before = Robust.middle(
            peers.level(row, last), peers.level(row, last - 1), peers.level(row, last - 2))
        var now = peers.level(row, index)
        if now.isNaN { now = peers.level(row, index - 1) }
        guard now.isFinite else { return 0 }
        // An enterprise that is new in the panel: its whole staff counts as a gain.
        if before.isNaN {
            return (0...last).contains { peers.level(row, $0).isFinite } ? 0 : exp(now)
        }
        return exp(now) - exp(before)
    }

    /// The enterprises of the same industry and region.
    private func rows(near row: Int) -> [Int] {
        baseline.peers.rowsOfCell(row)
    }
}
