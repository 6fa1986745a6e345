import Foundation
import Labor

/// The expected headcount of an enterprise, from its peers, its own level and its own season.
/// Levels and changes are in ln staff. A month is an index of `Peers`, where 0 is the first month
/// of the window of `Peers.span` months.
struct Baseline {
    /// The parameters of the expectation. Source of the defaults: the detection design.
    struct Options: Hashable, Sendable {
        let peers: Peers.Options
        let festivals: Festivals
        /// The standard deviation of the monthly change of an enterprise without a history, ln
        /// staff.
        let scalePrior: Double
        /// The variance that one person's coming or going adds; it is divided by the expected
        /// staff.
        let personVariance: Double
        /// The weight of the prior scale, as a number of months of own history.
        let priorMonths: Double
        /// The weight of the peers' excess variance, for an enterprise without a known season. The
        /// excess widens the scale, so that an unusual month of the peers raises fewer alerts.
        let spreadWeightNew: Double
        /// The same weight for an enterprise with a known season.
        let spreadWeightKnown: Double
        /// The share by which a level must rise to count as a jump (a merger or a mistake). A level
        /// after a jump is no baseline until it has lasted for half a year.
        let jumpShare: Double
        /// The variation of a season's depth from year to year, as a share of the depth.
        let seasonVariability: Double

        static let parameters: [Schema.Parameter] =
            Peers.Options.parameters + Festivals.parameters + [
                .init("scale_prior", .number(0.001...1), .number(0.02)),
                .init("person_variance", .number(0...10), .number(0.04)),
                .init("prior_months", .number(1...60), .number(6)),
                .init("spread_weight_new", .number(0...10), .number(1)),
                .init("spread_weight_known", .number(0...10), .number(0.09)),
                .init("jump_share", .number(0.05...10), .number(0.3)),
                .init("season_variability", .number(0...2), .number(0.1)),
            ]

        init(_ settings: Settings) {
            peers = Peers.Options(settings)
            festivals = Festivals(settings)
            scalePrior = settings.number("scale_prior")
            personVariance = settings.number("person_variance")
            priorMonths = settings.number("prior_months")
            spreadWeightNew = settings.number("spread_weight_new")
            spreadWeightKnown = settings.number("spread_weight_known")
            jumpShare = settings.number("jump_share")
            seasonVariability = settings.number("season_variability")
        }
    }

    /// The difference between the reported and the expected headcount of a month over one window.
    struct Residual {
        /// The length of the window in months. The reference level is the median of the three
        /// months that end just before the window.
        var window: Int
        /// ln(staff / expected staff); negative for a fall. The smaller fall of the two comparisons
        /// `byPeers` and `bySeason` counts.
        var value: Double
        /// ln(staff / the staff expected from the peers alone).
        var byPeers: Double
        /// ln(staff / the staff expected from the enterprise's own season); nil without an earlier
        /// year.
        var bySeason: Double?
        /// The expected staff, persons.
        var expected: Double
        /// ln(staff / the reference level), without correction for peers and season.
        var raw: Double
        /// The lowest value of the earlier months of the window, at least of the month before; in
        /// the same measure as `value`, and at most 0.
        var deepest: Double
        /// The value of the month before, in the same measure as `value`; NaN when it was not
        /// reported.
        var before: Double

        /// The change of the enterprise's own season over the same window of an earlier year, ln
        /// staff; 0 when it is not known.
        var seasonal: Double
        /// The denominator of `share`, persons: the larger of the expected staff and the staff
        /// before the window.
        var staff: Double

        /// The number of missing persons: expected minus reported, at least 0.
        var persons: Double { max(0, expected * (1 - exp(value))) }
        /// The missing persons as a share of `staff`.
        var share: Double { persons / staff }
    }

    /// How unlikely a residual is.
    struct Certainty {
        /// The scale of ordinary residuals, ln staff.
        var scale: Double
        /// P(T < residual / scale) of Student's t: a small value means an unusual fall.
        var p: Double
    }

    /// The window lengths in months. An employer may spread a cut over two or three months.
    static let windows = 1...3
    /// A fall of at most this size, ln staff, needs no recovery to count as a season.
    private static let smallFall = 0.03
    /// The distances in months of the earlier years whose season is compared.
    private static let years = [12, 24]

    let peers: Peers
    let options: Options
    /// For each month (first index) the additional numbers of months to look back, 11 or 13: the
    /// earlier month that far back has the same distance from a moving festival.
    private let shifts: [[Int]]

    init(_ context: EvaluationContext, _ options: Options) {
        self.options = options
        let peers = context.shared.peers(context, options.peers)
        self.peers = peers
        shifts = (0..<max(0, peers.months)).map {
            options.festivals.shifts(context.facts.panel.period(peers.start + $0))
        }
    }

    /// The reference level before a window, without the drift of the peers: the median of three
    /// months, which is robust against one typing error. NaN when fewer than two of them were
    /// reported.
    func reference(_ row: Int, _ month: Int, window: Int) -> Double {
        let last = month - window
        guard last >= 0 else { return .nan }
        return Robust.middle(
            peers.adjusted(row, last), peers.adjusted(row, last - 1),
            peers.adjusted(row, last - 2))
    }

    /// The residual of a month over a window. Nil without a reported level or a reference level,
    /// and nil when the residual by the peers alone is above `limit`, because season and jump can
    /// only raise the residual further.
    func residual(
        _ row: Int, _ month: Int, window: Int, atMost limit: Double = .infinity
    ) -> Residual? {
        let now = peers.adjusted(row, month)
        let reference = reference(row, month, window: window)
        let level = peers.level(row, month)
        guard now.isFinite, reference.isFinite else { return nil }
        let byPeers = now - reference
        guard byPeers <= limit else { return nil }
        let earlier = earlierReference(row, month, window: window)
        var jump = reference - earlier
        var bySeason: Double?
        var seasonal = 0.0
        for shift in seasons(month) {
            let then = peers.adjusted(row, month - shift)
            let thenReference = self.reference(row, month - shift, window: window)
            guard then.isFinite, thenReference.isFinite,
                comesBack(row, month - shift, from: thenReference, to: then, before: month)
            else { continue }
            let value = byPeers - (then - thenReference)
            if value > bySeason ?? -.infinity {
                bySeason = value
                seasonal = then - thenReference
            }
            let usual =
                thenReference - earlierReference(row, month - shift, window: window)
            if usual.isFinite { jump = min(jump, jump - usual) }
        }
        let excused = jump > log(1 + options.jumpShare) ? jump : 0
        let value = max(byPeers, bySeason ?? -.infinity) + excused
        let moved = value - byPeers
        var deepest = 0.0
        var before = Double.nan
        for offset in 1...max(1, window - 1) {
            let other = peers.adjusted(row, month - offset) - reference + moved
            if other < deepest { deepest = other }
            if offset == 1 { before = other }
        }
        let expected = exp(level - value)
        let plain = plainReference(row, month, window: window)
        return Residual(
            window: window, value: value, byPeers: byPeers + excused,
            bySeason: bySeason.map { $0 + excused }, expected: expected, raw: level - plain,
            deepest: deepest, before: before, seasonal: seasonal,
            staff: max(expected, plain.isFinite ? exp(plain - excused) : expected))
    }

    /// The scale of the enterprise's ordinary residuals, shrunk towards the prior, and the p-value
    /// of a residual under this scale.
    ///
    /// - Parameters:
    ///   - excess: a further fall that counts with the residual, ln staff, at most 0.
    ///   - scratch: a buffer for at least 24 monthly changes.
    func certainty(
        _ row: Int, _ month: Int, _ residual: Residual, adding excess: Double = 0,
        _ scratch: inout [Float]
    ) -> Certainty {
        let last = month - residual.window
        var count = 0
        var at = max(1, last - 23)
        while at <= last {
            let change = peers.adjusted(row, at) - peers.adjusted(row, at - 1)
            if change.isFinite {
                scratch[count] = Float(change)
                count += 1
            }
            at += 1
        }
        let weight = Double(count)
        let own = count > 0 ? Double(Robust.spread(&scratch, count: count, around: 0)) : 0
        let prior =
            options.scalePrior * options.scalePrior
            + options.personVariance / max(1, residual.expected)
        var variance =
            (options.priorMonths * prior + weight * own * own) / (options.priorMonths + weight)
        variance *= 1 + 0.3 * Double(residual.window - 1)
        // The middle month of the reference level is one month before the window.
        let excused = excuse(
            row, max(0, month - residual.window)...month, hasSeason: residual.bySeason != nil)
        let swing =
            residual.seasonal < 0
            ? options.seasonVariability * (exp(-residual.seasonal) - 1) : 0
        let scale = (variance + excused * excused + swing * swing).squareRoot()
        let degrees = Int(options.priorMonths) + count
        return Certainty(
            scale: scale,
            p: Robust.studentTail(-(residual.value + excess) / scale, degrees: degrees))
    }

    /// Whether an earlier fall was seasonal: the level regained half of the fall before `limit`. A
    /// cut that lasted is no season and explains no cut of a later year. Two recovered months are
    /// needed, because one may be an error.
    func comesBack(
        _ row: Int, _ month: Int, from reference: Double, to level: Double, before limit: Int
    ) -> Bool {
        guard level < reference - Self.smallFall else { return true }
        var back = 0
        for later in stride(from: month + 1, to: limit, by: 1)
        where peers.adjusted(row, later) >= (level + reference) / 2 {
            back += 1
        }
        return back >= 2
    }

    /// The extra scale for an unusual spread of the peers over some months, ln staff. The excess of
    /// each month is added, because an enterprise that loses more than its peers tends to do so in
    /// every month of the window.
    func excuse(_ row: Int, _ months: ClosedRange<Int>, hasSeason: Bool) -> Double {
        var sum = 0.0
        for month in months where month > 0 { sum += peers.excess(row, month).squareRoot() }
        let weight = hasSeason ? options.spreadWeightKnown : options.spreadWeightNew
        return sum * weight.squareRoot()
    }

    /// The distances in months of the earlier months that a month is compared with; empty for the
    /// first twelve months.
    func seasons(_ month: Int) -> [Int] { month < 12 ? [] : Self.years + shifts[month] }

    /// The reference level about half a year before the window, which shows a jump; NaN when it is
    /// not known.
    private func earlierReference(_ row: Int, _ month: Int, window: Int) -> Double {
        let last = month - window - 3
        guard last >= 1 else { return .nan }
        let near = Robust.middle(
            peers.adjusted(row, last), peers.adjusted(row, last - 1),
            peers.adjusted(row, last - 2))
        let far = Robust.middle(
            peers.adjusted(row, last - 3), peers.adjusted(row, last - 4),
            peers.adjusted(row, last - 5))
        if far.isNaN { return near }
        return near.isNaN ? far : min(near, far)
    }

    /// The median headcount of the three months before the window, ln staff, with the peers' drift.
    private func plainReference(_ row: Int, _ month: Int, window: Int) -> Double {
        let last = month - window
        return Robust.middle(
            peers.level(row, last), peers.level(row, last - 1), peers.level(row, last - 2))
    }
}

/// Measures of the latest month, for the rules that use the baseline.
extension Baseline {
    /// The share of staff lost, with the comparison that it is based on.
    struct Fall {
        /// The share, 0…1; 0 without a fall or without a baseline.
        var share = 0.0
        /// The marks of the comparison, joined by commas; see `compared`.
        var compared = ""
    }

    /// The largest share of staff lost over any window that neither peers nor season explain.
    /// Persons who moved to another employer are subtracted.
    /// - Parameter month: an index of `Peers`.
    func unexplainedFall(_ row: Int, _ month: Int, _ moves: StaffMoves) -> Fall {
        var largest = Fall()
        for window in Baseline.windows {
            guard let residual = residual(row, month, window: window), residual.raw < 0 else {
                continue
            }
            let moved = moves.out(row, reach(month, window: window))
            let share = max(0, residual.persons - moved) / residual.staff
            guard share > largest.share else { continue }
            largest = Fall(share: share, compared: compared(row, month, residual))
        }
        return largest
    }

    /// The panel months whose leavers can be part of a window's residual. The range begins one
    /// month before the window: the reference level is a median of three months, so the residual
    /// includes a fall in the last of them.
    func reach(_ month: Int, window: Int) -> ClosedRange<Int> {
        let end = month + peers.start
        return max(0, end - window)...max(0, end)
    }

    /// The marks that state with what a residual was compared: `peers`, `season`, `peers,season`,
    /// or `own_level` when neither is known.
    func compared(_ row: Int, _ month: Int, _ residual: Residual) -> String {
        let isFounded = peers.isFounded(row, month)
        guard residual.bySeason == nil else { return isFounded ? "peers,season" : "season" }
        return isFounded ? "peers" : "own_level"
    }

    /// The latest month with a headcount that can be judged, as an index of `Peers`; nil when it is
    /// older than `ageMax` months.
    func latest(_ row: Int, ageMax: Int, _ context: EvaluationContext) -> Int? {
        peers.latest(row).flatMap { context.isRecent($0 + peers.start, ageMax: ageMax) ? $0 : nil }
    }

    /// The status of a watched enterprise without a finding.
    /// - Parameter limits: gives the maximum age and the due day that apply to a row.
    func status(
        of key: EpisodeKey, _ context: EvaluationContext,
        limits: (Int) -> (ageMax: Int, dueDay: Int)
    ) -> SubjectStatus {
        guard let row = context.anyRow(of: key) else { return .notEvaluated }
        let (ageMax, dueDay) = limits(row)
        let month = latest(row, ageMax: ageMax, context).map { $0 + peers.start }
        return context.status(row, through: month, dueDay: dueDay)
    }
}
