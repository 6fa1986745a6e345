import Foundation
import Labor

/// What an enterprise's headcount should be, by its peers, its own level and its own season.
struct Baseline {
    /// How the expectation is made; the numbers are the detection design's.
    struct Options: Sendable {
        let peers: Peers.Options
        let festivals: Festivals
        /// The scale of an enterprise of which nothing is known, in ln staff, and what one person's
        /// coming and going adds to it.
        let scalePrior: Double
        let personVariance: Double
        /// How many months of its own history the prior weighs.
        let priorMonths: Double
        /// How far an unusual spread of the peers excuses an enterprise whose own season is not
        /// known, and one whose is.
        let spreadWeightNew: Double
        let spreadWeightKnown: Double
        /// A level that rose by more than this share in the months before is a merger's, or a
        /// mistake's, and no baseline until it has stood for half a year.
        let jumpShare: Double
        /// By how much of itself a season's depth differs from year to year.
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

    /// How a month differs from what was expected over one window.
    struct Residual {
        /// Months of the window; its baseline is the three months that end before it.
        var window: Int
        /// ln of staff to what was expected; below 0 for a fall.
        var value: Double
        /// The same by the peers alone.
        var byPeers: Double
        /// The same by the own season; nil while a year is not known.
        var bySeason: Double?
        /// The staff that was expected.
        var expected: Double
        /// ln of staff to the plain level before the window, without peers and season.
        var raw: Double
        /// The deepest of the months before this one in the window, the last one at least, as
        /// `value` measures.
        var deepest: Double
        /// The month before, as `value` measures; NaN when it was not reported.
        var before: Double

        /// What the own season did over the window in the year before, ln; 0 when not known.
        var seasonal: Double
        /// The staff that the loss is a share of: what was expected, or what there was before the
        /// window where a season had to empty it.
        var staff: Double

        /// Persons missing.
        var persons: Double { max(0, expected * (1 - exp(value))) }
        /// The share of the staff that is missing.
        var share: Double { persons / staff }
    }

    /// How sure the scale makes a residual.
    struct Certainty {
        var scale: Double
        var p: Double
    }

    /// The windows, in months: a cut may be spread over two or three.
    static let windows = 1...3
    /// A fall up to this, in ln staff, is too small to ask whether it came back.
    private static let smallFall = 0.03
    /// Years back whose season is compared.
    private static let years = [12, 24]

    let peers: Peers
    let options: Options
    /// By month: the months back that stand to a festival as it does, beside the same month.
    private let shifts: [[Int]]

    init(_ context: EvaluationContext, _ options: Options) {
        self.options = options
        let peers = context.shared.peers(context, options.peers)
        self.peers = peers
        shifts = (0..<max(0, peers.months)).map {
            options.festivals.shifts(context.facts.panel.period(peers.start + $0))
        }
    }

    /// What the level before a window was: the middle of three months, which survives a typing
    /// error; NaN with fewer than two of them.
    func reference(_ row: Int, _ month: Int, window: Int) -> Double {
        let last = month - window
        guard last >= 0 else { return .nan }
        return Robust.middle(
            peers.adjusted(row, last), peers.adjusted(row, last - 1),
            peers.adjusted(row, last - 2))
    }

    /// The residual of a month over a window; nil when there is no level to compare with, or when
    /// the peers alone show that it lies above a limit: season and merger only raise it further.
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

    /// The scale of an enterprise's ordinary residuals, shrunk towards what is usual, and how
    /// unlikely one is under it.
    func certainty(_ row: Int, _ month: Int, _ residual: Residual, _ scratch: inout [Float])
        -> Certainty
    {
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
        // The baseline's middle month lies one before the window.
        let excused = excuse(
            row, max(0, month - residual.window)...month, hasSeason: residual.bySeason != nil)
        let swing =
            residual.seasonal < 0
            ? options.seasonVariability * (exp(-residual.seasonal) - 1) : 0
        let scale = (variance + excused * excused + swing * swing).squareRoot()
        let degrees = Int(options.priorMonths) + count
        return Certainty(
            scale: scale,
            p: Robust.studentTail(-residual.value / scale, degrees: degrees))
    }

    /// Whether a fall of last year was a season: half of it came back before this month. A cut that
    /// stayed explains no other cut a year later. Two months must say so, for one may be an error.
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

    /// How far an unusual spread of the peers over some months excuses an enterprise, in ln staff:
    /// who empties deeper than the peers does so in each of the months.
    func excuse(_ row: Int, _ months: ClosedRange<Int>, hasSeason: Bool) -> Double {
        var sum = 0.0
        for month in months where month > 0 { sum += peers.excess(row, month).squareRoot() }
        let weight = hasSeason ? options.spreadWeightKnown : options.spreadWeightNew
        return sum * weight.squareRoot()
    }

    /// The months back that a month is compared with.
    func seasons(_ month: Int) -> [Int] { month < 12 ? [] : Self.years + shifts[month] }

    /// The level half a year before the window, against which a jump shows; NaN when not known.
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

    private func plainReference(_ row: Int, _ month: Int, window: Int) -> Double {
        let last = month - window
        return Robust.middle(
            peers.level(row, last), peers.level(row, last - 1), peers.level(row, last - 2))
    }
}

/// What the rules that judge by the baseline ask of an enterprise's latest month.
extension Baseline {
    /// A share of staff lost, with what it was compared with.
    struct Fall {
        /// The share; 0 when nothing fell, or when there is nothing to compare with.
        var share = 0.0
        /// The marks of what was compared, joined by commas.
        var compared = ""
    }

    /// The largest share of staff lost over one of the windows that neither peers nor season
    /// explain, without the persons who moved to another employer.
    /// - Parameter month: the month, as the baseline counts.
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

    /// The months of the panel in which staff left that a window misses. The level before the window
    /// is the middle of three months, so that a fall in the last of them is in the residual too.
    func reach(_ month: Int, window: Int) -> ClosedRange<Int> {
        let end = month + peers.start
        return max(0, end - window)...max(0, end)
    }

    /// With what a residual was compared, as marks: `peers`, `season`, both, or `own_level`.
    func compared(_ row: Int, _ month: Int, _ residual: Residual) -> String {
        let isFounded = peers.isFounded(row, month)
        guard residual.bySeason == nil else { return isFounded ? "peers,season" : "season" }
        return isFounded ? "peers" : "own_level"
    }

    /// The latest month that is judged, as the baseline counts; nil when it is too old.
    func latest(_ row: Int, ageMax: Int, _ context: EvaluationContext) -> Int? {
        peers.latest(row).flatMap { context.isRecent($0 + peers.start, ageMax: ageMax) ? $0 : nil }
    }

    /// How a watched enterprise without a finding stands, by the limits of its place.
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
