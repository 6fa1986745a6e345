import Labor

/// Measures idle staff: employees without work (隐性失业). Also determines whether the industry or the
/// season explains the idle staff.
///
/// The peers define what is usual, so every row of the panel is needed, whatever the scope of the
/// evaluation.
final class IdleStaff {
    struct Options: Sendable {
        /// The minimum number of peers with a figure for a comparison.
        let peersMin: Int
        /// A peer is idle if this share of its staff is idle. Idle peers explain the figure if
        /// they are this share of the peers.
        let peerIdle: Double
        let peersShare: Double
        /// The season explains the figure if the same month of last year had at least this part of
        /// its share.
        let seasonPart: Double
        /// The share of idle staff assumed for the operating state `reduced` if the report gives
        /// no number.
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

    /// The source of the number of idle staff.
    enum Basis: String {
        /// The number in the report.
        case told = "idle_reported"
        /// The operating state `suspended`: all staff are idle.
        case suspended
        /// The operating state `reduced` without a number; also `normal` without a number, with 0
        /// persons.
        case reduced
    }

    /// The idle staff of one enterprise in one month.
    struct Measure {
        var persons: Double
        /// `persons` / headcount, 0…1.
        var share: Double
        var basis: Basis
    }

    /// The number of enterprises of a group that reported a figure (`told`), and of those with idle
    /// staff (`idle`).
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

    /// The idle staff of a month; nil when the report gives neither a number nor an operating
    /// state. A closed enterprise has no idle staff: its jobs no longer exist.
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

    /// The explanation of a share of idle staff: `season`, `peers`, or nil.
    ///
    /// If the peers are idle now but were not at this time last year, the industry is in a crisis,
    /// and the peers explain nothing. If last year is unknown, the peers explain the figure.
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

    /// Whether most peers were idle in a month, without the enterprise itself. The peers are those
    /// of the same industry and region, or of the industry if these are too few. Nil when too few
    /// peers have a figure.
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

    /// Counts the enterprises of a group in a month, once per evaluation.
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
