import Foundation
import Labor

/// Why a crossing of a statutory limit is no news: the peers fell alike as they do at this time of
/// the year, the enterprise itself did so last year, or the bureau knows the cause.
///
/// The crossing stays on record at the lowest tier. A fall of all peers that they did not have at
/// the same time last year explains nothing: that is a crisis, not a season.
struct StatutoryExplanation {
    struct Options: Sendable {
        let isOn: Bool
        let baseline: Baseline.Options
        /// What is left unexplained must be less than this share of the staff…
        let shareMax: Double
        /// …and than this part of the loss.
        let partMax: Double
        /// How many times the peers' unusual spread excuses.
        let spreadMultiple: Double
        /// The peers explain up to so many times what they lost at this time last year, and this
        /// share more.
        let usualMultiple: Double
        let usualSlack: Double

        static let parameters: [Schema.Parameter] =
            KnownCauses.parameters
            + Schema.everywhere(Baseline.Options.parameters + own)

        private static let own: [Schema.Parameter] = [
            .init("explain", .flag, .flag(true)),
            .init("explained_share_max", .number(Schema.share), .number(0.1)),
            .init("explained_part_max", .number(Schema.share), .number(0.5)),
            .init("spread_multiple", .number(0...10), .number(2)),
            .init("usual_multiple", .number(1...10), .number(1.5)),
            .init("usual_slack", .number(Schema.share), .number(0.03)),
        ]

        init(_ settings: Settings) {
            isOn = settings.flag("explain")
            baseline = Baseline.Options(settings)
            shareMax = settings.number("explained_share_max")
            partMax = settings.number("explained_part_max")
            spreadMultiple = settings.number("spread_multiple")
            usualMultiple = settings.number("usual_multiple")
            usualSlack = settings.number("usual_slack")
        }
    }

    private let baseline: Baseline
    private let options: Options

    /// Nil when the rule does not ask for explanations.
    init?(_ context: EvaluationContext, _ options: Options) {
        guard options.isOn else { return nil }
        self.options = options
        baseline = Baseline(context, options.baseline)
    }

    /// What explains a loss: a known cause, `peers` or `season`; nil when nothing does. Leavers on
    /// the employer's initiative are no season.
    func reason(
        _ row: Int, _ loss: HeadcountLoss, _ causes: KnownCauses, _ context: EvaluationContext
    ) -> String? {
        let panel = context.facts.panel
        let first = panel.period(min(loss.base ?? loss.month, loss.month) + 1)
        let last = panel.period(loss.month)
        if let cause = causes.cause(row, min(first, last)...last, context) { return cause }
        guard loss.basis == .netHeadcount, let base = loss.base else { return nil }
        let peers = baseline.peers
        let (from, to) = (base - peers.start, loss.month - peers.start)
        guard from >= 0, to > from else { return nil }
        let change = peers.level(row, to) - peers.level(row, from)
        guard change.isFinite, change < 0 else { return nil }
        for (reason, allowed) in [
            ("peers", peersAllow(row, from, to)), ("season", seasonAllows(row, from, to)),
        ] {
            guard let allowed else { continue }
            let left = max(0, exp(allowed) - exp(change))
            if left < options.shareMax, left * loss.staff <= options.partMax * loss.persons {
                return reason
            }
        }
        return nil
    }

    /// How far the peers let an enterprise fall, in ln staff; nil when there are none.
    private func peersAllow(_ row: Int, _ from: Int, _ to: Int) -> Double? {
        let peers = baseline.peers
        guard to <= peers.opened, (from + 1...to).allSatisfy({ peers.isFounded(row, $0) }) else {
            return nil
        }
        let drift = peers.drift(row, to) - peers.drift(row, from)
        let knowsUsual =
            from >= 13 && (from - 12...to - 12).allSatisfy { peers.isFounded(row, $0) }
        guard knowsUsual else { return drift - spread(row, from, to) }
        var usual = 0.0
        for shift in 11...13 {
            usual = min(usual, peers.drift(row, to - shift) - peers.drift(row, from - shift))
        }
        let most = options.usualMultiple * usual - options.usualSlack
        return drift < most ? most : drift - spread(row, from, to)
    }

    private func spread(_ row: Int, _ from: Int, _ to: Int) -> Double {
        options.spreadMultiple
            * baseline.excuse(row, from + 1...to, hasSeason: from >= 12 && seasonKnown(row, from))
    }

    private func seasonKnown(_ row: Int, _ from: Int) -> Bool {
        baseline.peers.level(row, from - 12).isFinite
    }

    /// How far the own season lets an enterprise fall; nil while a year is not known. Weather moves
    /// the depth of a stop by some weeks, so that the months beside count too, up to a multiple of
    /// what the same month had: a cut before the season begins has no season.
    private func seasonAllows(_ row: Int, _ from: Int, _ to: Int) -> Double? {
        var least: Double?
        for shift in baseline.seasons(to) where from - shift >= 0 {
            guard let own = seasonalChange(row, from - shift, to - shift, before: to) else {
                continue
            }
            var change = own
            for end in [to - shift - 1, to - shift + 1] where own < 0 && end > from - shift {
                let beside = seasonalChange(row, from - shift, end, before: to) ?? own
                change = min(change, max(beside, options.usualMultiple * own))
            }
            let swing =
                change < 0 ? options.baseline.seasonVariability * (exp(-change) - 1) : 0
            least = min(least ?? .infinity, change - swing)
        }
        return least
    }

    /// What an enterprise's staff did over some months of the past, in ln; nil when it is not known
    /// or did not come back, so that it was no season.
    private func seasonalChange(_ row: Int, _ from: Int, _ to: Int, before month: Int) -> Double? {
        let peers = baseline.peers
        let change = peers.level(row, to) - peers.level(row, from)
        guard change.isFinite,
            baseline.comesBack(
                row, to, from: peers.adjusted(row, from), to: peers.adjusted(row, to),
                before: month)
        else { return nil }
        return change
    }
}
