import Foundation
import Labor

/// The falls of all headcounts that neither peers nor the own season explain, with their
/// credibility. Every layoff rule uses this one decision.
///
/// A fall is rare by two tests. Student's t compares the residual with the enterprise's own
/// volatility: a fall of 4.8 % at an employer whose months move by 0.5 % is rarer than one of 15 %
/// where they move by 8 %. The empirical p-value ranks the standardised fall among the falls of
/// earlier, closed months that no alarm followed (`EmpiricalP`). With the share π of enterprises
/// that cut staff in a month, the false discovery rate of all falls up to rank p is about
/// p / (p + π). The reports of other enterprises in the same month therefore do not move the limit.
/// Source of the tests: the detection design.
///
/// A fall of all peers that exceeds their fall at this time of last year is a crisis: the excess
/// counts as a fall of each enterprise, because the peers explain only what is usual for the season.
///
/// The computation needs every row of the panel, independent of the scope.
struct StaffFalls: Sendable {
    /// The options of the decision. They apply to all regions, because falls of all regions are
    /// ranked together.
    struct Options: Hashable, Sendable {
        let baseline: Baseline.Options
        let transfers: Transfers.Options
        let doubt: ReportDoubt
        /// The largest p-value (Student's t) of a rare fall.
        let alpha: Double
        /// The largest p-value of a fall that the next report bears out.
        let alphaHold: Double
        /// The largest empirical p-value of a rare fall.
        let rankMax: Double
        /// The largest empirical p-value of a fall that the next report bears out.
        let rankHold: Double
        /// The part of a fall that must remain, 0…1.
        let kept: Double
        /// The number of scales of ordinary variation by which the fall may be larger than its
        /// estimate.
        let upperScales: Double
        /// The multiple of the peers' usual fall, and the share of staff in addition, above which
        /// their fall is a crisis.
        let usualMultiple: Double
        let usualSlack: Double
        /// The limits of past alarms, for the ranks.
        let past: EmpiricalP.Limits

        /// The parameters without those of the baseline.
        static let parameters: [Schema.Parameter] =
            Transfers.Options.parameters + ReportDoubt.parameters + [
                .init("alpha", .number(1e-9...0.5), .number(0.03)),
                .init("alpha_hold", .number(1e-9...0.5), .number(0.05)),
                .init("kept_share", .number(Schema.share), .number(2.0 / 3)),
                .init("nulls_min", .whole(20...1_000_000), .number(500)),
                .init("past_share", .number(Schema.share), .number(0.0534)),
            ] + limits
        /// The limits of the decision, for a rule that has the other parameters already.
        static let limits: [Schema.Parameter] = [
            .init("credible_rank", .number(1e-6...1), .number(0.02)),
            .init("credible_rank_hold", .number(1e-6...1), .number(0.05)),
            .init("upper_scales", .number(0...10), .number(2)),
            .init("crisis_multiple", .number(1...10), .number(1.5)),
            .init("crisis_slack", .number(Schema.share), .number(0.03)),
        ]

        /// - Parameter pastShare: the smallest share of staff lost in a past alarm; nil for the
        ///   parameter `past_share`.
        init(_ settings: Settings, pastShare: Double? = nil) {
            baseline = Baseline.Options(settings)
            transfers = Transfers.Options(settings)
            doubt = ReportDoubt(settings)
            alpha = settings.number("alpha")
            alphaHold = settings.number("alpha_hold")
            kept = settings.number("kept_share")
            rankMax = settings.number("credible_rank")
            rankHold = settings.number("credible_rank_hold")
            upperScales = settings.number("upper_scales")
            usualMultiple = settings.number("crisis_multiple")
            usualSlack = settings.number("crisis_slack")
            past = EmpiricalP.Limits(
                alpha: alpha / Double(Baseline.windows.count),
                share: pastShare ?? settings.number("past_share"), kept: kept,
                least: settings.whole("nulls_min"))
        }
    }

    /// A credible fall.
    struct Credible: Sendable {
        var credibility: Credibility
        /// The persons that the fall may comprise: the estimate plus `upperScales` scales, without
        /// transferred persons.
        var persons: Double
        /// The denominator of a share of the staff, persons.
        var staff: Double
        /// The p-value by Student's t.
        var p: Double
    }

    /// The falls of one enterprise in its latest month.
    private struct Case: Sendable {
        /// The month, as an index of the panel.
        var month: Int
        /// The rank without the excess of a crisis; nil with too few nulls.
        var rank: EmpiricalP.Rank?
        var credible: Credible?
    }

    /// A fall over one window, before its rank is known.
    private struct Fall {
        var residual: Baseline.Residual
        /// The excess of the peers' fall over the usual one, ln staff, at most 0.
        var crisis: Double
        var certainty: Baseline.Certainty
        var wasSeen: Bool

        var value: Double { residual.value + crisis }
        var z: Double { -value / certainty.scale }
    }

    /// An enterprise with at least one fall.
    private struct Candidate {
        var row: Int
        var month: Int
        var falls: [Fall]
    }

    /// The smallest share of staff lost of a fall that is computed: below it a loss is ordinary
    /// turnover in every rule.
    private static let least = 0.025
    /// The maximum age of a report in months: the largest value that a rule may set.
    private static let ageMax = 12

    private var cases: [Int: Case] = [:]

    init(_ context: EvaluationContext, _ options: Options) {
        let baseline = Baseline(context, options.baseline)
        let transfers = Transfers(context, baseline, options.transfers)
        let search = Search(
            context: context, baseline: baseline, transfers: transfers, options: options)
        var scratch = [Float](repeating: 0, count: Peers.span)
        let candidates = context.facts.panel.enterprises.indices.compactMap {
            search.candidate($0, &scratch)
        }
        let nulls = EmpiricalP(context, baseline, options.past)
        for (month, members) in Dictionary(grouping: candidates, by: \.month) {
            let plain = nulls.ranks(of: members.map(\.row), month: month)
            let asked = members.map { one in (one.row, one.falls.map(\.z).max() ?? 0) }
            let ranks =
                members.contains { $0.falls.contains { $0.crisis < 0 } }
                ? nulls.ranks(of: asked, month: month) : plain
            for (index, one) in members.enumerated() {
                cases[one.row] = Case(
                    month: month + baseline.peers.start, rank: plain[index],
                    credible: search.credible(one, ranks[index]))
            }
        }
    }

    /// The credible fall of an enterprise in a month; nil when the fall of this month is not
    /// credible, or when a later month is the latest one.
    /// - Parameter month: an index of the panel.
    func credible(_ row: Int, _ month: Int) -> Credible? {
        cases[row].flatMap { $0.month == month ? $0.credible : nil }
    }

    /// The rank of the largest fall of an enterprise in a month; nil when the month has no fall or
    /// too few nulls are known.
    /// - Parameter month: an index of the panel.
    func rank(_ row: Int, _ month: Int) -> EmpiricalP.Rank? {
        cases[row].flatMap { $0.month == month ? $0.rank : nil }
    }

    /// Whether the falls of an enterprise in a month were computed.
    /// - Parameter month: an index of the panel.
    func covers(_ row: Int, _ month: Int) -> Bool { cases[row]?.month == month }
}

extension StaffFalls {
    /// The inputs of the search for falls.
    private struct Search {
        let context: EvaluationContext
        let baseline: Baseline
        let transfers: Transfers
        let options: Options

        /// The falls of an enterprise in its latest month; nil without one.
        func candidate(_ row: Int, _ scratch: inout [Float]) -> Candidate? {
            guard let month = baseline.latest(row, ageMax: StaffFalls.ageMax, context) else {
                return nil
            }
            var falls: [Fall] = []
            for window in Baseline.windows {
                let crisis = crisis(row, month, window: window)
                guard
                    let residual = baseline.residual(
                        row, month, window: window,
                        atMost: log(1 - StaffFalls.least) - crisis),
                    residual.value + crisis < log(1 - StaffFalls.least)
                else { continue }
                let certainty = baseline.certainty(
                    row, month, residual, adding: crisis, &scratch)
                guard certainty.p <= options.alphaHold else { continue }
                let left = 1 - exp(residual.value + crisis)
                let earlier = self.crisis(row, month - 1, window: max(1, window - 1))
                let before = 1 - exp(residual.before + earlier)
                falls.append(
                    Fall(
                        residual: residual, crisis: crisis, certainty: certainty,
                        wasSeen: before >= options.kept * left - 1e-9))
            }
            return falls.isEmpty ? nil : Candidate(row: row, month: month, falls: falls)
        }

        /// The excess of the peers' fall over a window above `crisis_multiple` times their largest
        /// fall at the same time of last year, ln staff, at most 0. An excess of up to
        /// `crisis_slack` is no crisis and gives 0, as an unknown last year does.
        private func crisis(_ row: Int, _ month: Int, window: Int) -> Double {
            let peers = baseline.peers
            let from = month - window
            guard from >= 13, month <= peers.opened,
                (from + 1...month).allSatisfy({ peers.isFounded(row, $0) }),
                (from - 12...month - 12).allSatisfy({ peers.isFounded(row, $0) })
            else { return 0 }
            var usual = 0.0
            for shift in 11...13 {
                usual = min(usual, peers.drift(row, month - shift) - peers.drift(row, from - shift))
            }
            let drift = peers.drift(row, month) - peers.drift(row, from)
            let excess = drift - options.usualMultiple * usual
            return excess < -options.usualSlack ? excess : 0
        }

        /// The credible fall with the most persons; nil without one.
        func credible(_ one: Candidate, _ rank: EmpiricalP.Rank?) -> Credible? {
            one.falls.compactMap { credible($0, one.row, one.month, rank) }
                .max { ($0.persons, $1.p) < ($1.persons, $0.p) }
        }

        /// The credibility of a fall; nil when the fall has come back, when a transfer explains it,
        /// when the staff itself did not fall, when it is not rare, or when the report looks like
        /// an error that no later report has borne out.
        private func credible(
            _ fall: Fall, _ row: Int, _ month: Int, _ rank: EmpiricalP.Rank?
        ) -> Credible? {
            let residual = fall.residual
            let left = 1 - exp(fall.value)
            guard left >= options.kept * (1 - exp(residual.deepest + fall.crisis)) - 1e-9,
                residual.bySeason != nil || 1 - exp(residual.raw) >= options.kept * left
            else { return nil }
            let isClosed = exp(baseline.peers.level(row, month)) < 1
            let expected = residual.expected * exp(-fall.crisis)
            var persons = isClosed ? expected : expected * left
            let match = transfers.match(row, month, window: residual.window, persons: persons)
            if let match, match.persons == 0 { return nil }
            let moved = match?.persons ?? 0
            persons -= moved
            guard persons >= StaffFalls.least * residual.staff,
                let credibility = credibility(fall, row, month, rank)
            else { return nil }
            let upper =
                isClosed
                ? persons
                : expected * (1 - exp(fall.value - options.upperScales * fall.certainty.scale))
                    - moved
            return Credible(
                credibility: credibility, persons: upper,
                staff: max(residual.staff, expected), p: fall.certainty.p)
        }

        /// The class of a fall; nil when it is neither rare nor borne out.
        private func credibility(
            _ fall: Fall, _ row: Int, _ month: Int, _ rank: EmpiricalP.Rank?
        ) -> Credibility? {
            // Without a rank, the number of tests of one enterprise in a year limits the p-value
            // (Bonferroni). Windows of up to three months overlap, so a year has about four
            // independent tests of each window.
            let alpha =
                rank == nil ? options.alpha / Double(4 * Baseline.windows.count) : options.alpha
            let p = fall.certainty.p
            let isRare = p <= alpha && rank?.p ?? 0 <= options.rankMax
            let isBorneOut =
                fall.wasSeen
                && (isRare || p <= options.alphaHold && rank?.p ?? 0 <= options.rankHold)
            guard isRare || isBorneOut,
                !options.doubt.remains(
                    row, month, raw: fall.residual.raw, wasSeen: fall.wasSeen, context,
                    baseline.peers)
            else { return nil }
            return isBorneOut ? .borneOut : .unexplained
        }
    }
}
