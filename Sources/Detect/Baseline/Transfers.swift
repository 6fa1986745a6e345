import Foundation
import Labor

/// Where the staff of a fall went: a fall here that reappears there is no job lost.
struct Transfers {
    struct Options: Sendable {
        /// So much of the fall must reappear at a neighbour, and at most its inverse.
        let share: Double
        /// Without a common owner a match needs so many persons, for small numbers meet by chance.
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

    /// What is known of a fall.
    struct Match {
        /// Persons who moved to another employer: they are taken off.
        var persons: Double
        /// `event`, `owner_group` or `neighbour`.
        var basis: String
        /// The neighbour that gained as many; nil for the others.
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

    /// Where the persons of a fall went, as far as the figures tell: by the moves that every rule
    /// takes off (`StaffMoves`), else to a neighbour that is likely.
    /// - Parameter index: the month, as the baseline counts.
    func match(_ row: Int, _ index: Int, window: Int, persons: Double) -> Match? {
        let months = baseline.reach(index, window: window)
        let moved = context.moves.out(row, months)
        if moved > 0 {
            let isTold = context.moves.told(row, months) > 0
            return Match(persons: min(moved, persons), basis: isTold ? "event" : "owner_group")
        }
        return neighbour(row, index, window: window, persons: persons)
    }

    /// The only neighbour of the same industry and place whose gain is of the fall's size and is
    /// not explained by peers and season; two such are chance.
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

    /// Persons gained since before the window; a month earlier counts too, for the two returns may
    /// straddle a month. Negative for a fall.
    private func gain(_ row: Int, _ index: Int, window: Int) -> Double {
        let peers = baseline.peers
        let last = index - window - 1
        guard last >= 0 else { return 0 }
        let before = Robust.middle(
            peers.level(row, last), peers.level(row, last - 1), peers.level(row, last - 2))
        var now = peers.level(row, index)
        if now.isNaN { now = peers.level(row, index - 1) }
        guard now.isFinite else { return 0 }
        // An enterprise that is new in the panel got all of its staff from somewhere.
        if before.isNaN {
            return (0...last).contains { peers.level(row, $0).isFinite } ? 0 : exp(now)
        }
        return exp(now) - exp(before)
    }

    private func rows(near row: Int) -> [Int] {
        baseline.peers.rowsOfCell(row)
    }
}
