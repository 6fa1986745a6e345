import Foundation
import Labor

/// Explains losses that cross a statutory limit but give no new information: the peers fell in the
/// same way, as they do every year; the enterprise itself had the same fall last year; or the
/// bureau knows the cause.
///
/// An explained crossing is still recorded, at the lowest tier. If the peers fall but did not fall
/// at the same time last year, they explain nothing, because this is a crisis and not a season.
struct StatutoryExplanation {
    struct Options: Sendable {
        /// Whether the rule looks for explanations (parameter of the rule).
        let isOn: Bool
        let baseline: Baseline.Options
        /// An explanation requires that the unexplained rest is less than this share of the staff…
        let shareMax: Double
        /// …and at most this part of the loss.
        let partMax: Double
        /// The factor of the excess spread of the peers, by which the allowed fall increases.
        let spreadMultiple: Double
        /// A fall of the peers explains at most this multiple of their fall at the same time last
        /// year, plus this share of the staff.
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

    /// Nil when the rule does not look for explanations.
    init?(_ context: EvaluationContext, _ options: Options) {
        guard options.isOn else { return nil }
        self.options = options
        baseline = Baseline(context, options.baseline)
    }

    /// The explanation of a loss: a known cause, `peers` or `season`; nil when there is none.
    /// `peers` and `season` are tried only for net falls of the headcount. Separations by the
    /// employer are not seasonal.
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

    /// The change that the peers allow an enterprise from month `from` to month `to`, in ln staff;
    /// nil when a month has too few peers.
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

    /// The allowed additional fall for an unusual spread of the peers, in ln staff.
    private func spread(_ row: Int, _ from: Int, _ to: Int) -> Double {
        options.spreadMultiple
            * baseline.excuse(row, from + 1...to, hasSeason: from >= 12 && seasonKnown(row, from))
    }

    /// Whether the headcount of 12 months before `from` is known.
    private func seasonKnown(_ row: Int, _ from: Int) -> Bool {
        baseline.peers.level(row, from - 12).isFinite
    }

    /// The change that the enterprise's own season allows, in ln staff; nil while no earlier year
    /// is known.
    ///
    /// The weather moves the depth of a seasonal stop by some weeks. The neighbouring months
    /// therefore count, too, up to `usualMultiple` times the change of the same month. A cut
    /// before the season begins has no seasonal explanation.
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

    /// The change of the headcount between two past months, in ln staff; nil when a headcount is
    /// unknown, or when a fall did not come back before `month` and was therefore no season.
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
