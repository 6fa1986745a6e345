import Labor

/// Staff on the roll without work (隐性失业), and whether trade or season explains it.
///
/// It needs every row of the panel, whatever the scope, for the peers tell what is usual.
final class IdleStaff {
    struct Options: Sendable {
        /// So many peers with a figure make a comparison.
        let peersMin: Int
        /// A peer with such a share of idle staff is idle, and such a share of idle peers explains.
        let peerIdle: Double
        let peersShare: Double
        /// The season explains when the same month of last year had such a part of the share.
        let seasonPart: Double
        /// What "works less" stands for where no idle staff are told.
        let reducedShare: Double

        static let parameters: [Schema.Parameter] = [
            .init("idle_peers_min", .whole(2...10_000), .number(5)),
            .init("idle_peer_share", .number(Schema.share), .number(0.05)),
            .init("idle_peers_share", .number(Schema.share), .number(0.5)),
            .init("idle_season_part", .number(Schema.share), .number(0.5)),
            .init("reduced_share", .number(Schema.share), .number(0.1)),
        ]

        init(_ settings: Settings) {
            peersMin = settings.whole("idle_peers_min")
            peerIdle = settings.number("idle_peer_share")
            peersShare = settings.number("idle_peers_share")
            seasonPart = settings.number("idle_season_part")
            reducedShare = settings.number("reduced_share")
        }
    }

    /// By what idle staff were told.
    enum Basis: String {
        /// The report's own number.
        case told = "idle_reported"
        /// A stop of work: all staff.
        case suspended
        /// Works less, without a number.
        case reduced
    }

    /// The idle staff of a month.
    struct Measure {
        var persons: Double
        var share: Double
        var basis: Basis
    }

    private struct Tally {
        var told = 0
        var idle = 0
    }

    private let context: EvaluationContext
    private let options: Options
    private lazy var kinds = Kinds(context)
    private var tallies: [[Int]: Tally] = [:]

    init(_ context: EvaluationContext, _ options: Options) {
        self.context = context
        self.options = options
    }

    /// The idle staff of a month; nil when nothing was told. Who is closed has no idle staff: there
    /// the jobs are gone.
    func measure(_ row: Int, _ month: Int) -> Measure? {
        let panel = context.facts.panel
        guard let staff = panel.headcount(row, month), staff > 0 else { return nil }
        let state = panel.operatingState(row, month)
        switch state {
        case .closed: return nil
        case .suspended:
            return Measure(persons: Double(staff), share: 1, basis: .suspended)
        case .normal, .reduced, nil: break
        }
        if let idle = panel.idle(row, month) {
            let persons = Double(min(idle, staff))
            return Measure(persons: persons, share: persons / Double(staff), basis: .told)
        }
        guard let state else { return nil }
        let share = state == .reduced ? options.reducedShare : 0
        return Measure(persons: share * Double(staff), share: share, basis: .reduced)
    }

    /// What explains a share of idle staff: `season`, `peers`, or nil.
    ///
    /// Peers who are idle but were not at this time last year explain nothing: that is a crisis of
    /// the trade, not its season. While last year is not known, they do.
    func explanation(_ row: Int, _ month: Int, _ share: Double) -> String? {
        for shift in 11...13 where month - shift >= 0 {
            if let then = measure(row, month - shift),
                then.share >= max(options.peerIdle, options.seasonPart * share)
            {
                return "season"
            }
        }
        guard let now = peersIdle(row, month), now else { return nil }
        let known = (11...13).compactMap { shift in
            month - shift >= 0 ? peersIdle(row, month - shift) : nil
        }
        return known.contains(true) || known.isEmpty ? "peers" : nil
    }

    /// Whether most of the enterprise's like were idle in a month; nil with too few who tell.
    private func peersIdle(_ row: Int, _ month: Int) -> Bool? {
        let cell = kinds.cells[Int(kinds.cellOf[row])]
        for level in 0...1 {
            var tally = tally(level, cell[level], month)
            if let own = measure(row, month) {
                tally.told -= 1
                if own.share >= options.peerIdle { tally.idle -= 1 }
            }
            guard tally.told >= options.peersMin else { continue }
            return Double(tally.idle) >= options.peersShare * Double(tally.told) - 1e-9
        }
        return nil
    }

    private func tally(_ level: Int, _ group: Int, _ month: Int) -> Tally {
        let key = [level, group, month]
        if let known = tallies[key] { return known }
        var tally = Tally()
        for row in kinds.levels[level].rows(group) {
            guard let measure = measure(Int(row), month) else { continue }
            tally.told += 1
            if measure.share >= options.peerIdle { tally.idle += 1 }
        }
        tallies[key] = tally
        return tally
    }
}
