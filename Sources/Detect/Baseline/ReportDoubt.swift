import Foundation
import Labor

/// Recognises a first report of a fall that looks like an error: a lost digit, or a headcount that
/// fell while the wages due did not. The next report must then confirm the fall.
struct ReportDoubt: Hashable, Sendable {
    static let parameters: [Schema.Parameter] = [
        .init("typo_low", .number(0...1), .number(0.08)),
        .init("typo_high", .number(0...1), .number(0.125)),
        .init("wage_check", .number(0...10), .number(0.75)),
    ]

    /// The ratios of headcounts that suggest a lost digit.
    private let typo: ClosedRange<Double>
    /// The part of the fall by which the wages due per person must rise to cause doubt; 0 for no
    /// check.
    private let wageCheck: Double

    init(_ settings: Settings) {
        let low = settings.number("typo_low")
        typo = low...max(low, settings.number("typo_high"))
        wageCheck = settings.number("wage_check")
    }

    /// Whether a fall still awaits a confirmation: the report of a month looks like an error, and no
    /// other report has shown the fall. A repeated headcount is often the last figure sent again,
    /// so it confirms nothing.
    /// - Parameters:
    ///   - raw: ln(staff / the reference level) of the fall.
    ///   - wasSeen: whether the report before showed the fall as well.
    ///   - month: an index of `Peers`.
    func remains(
        _ row: Int, _ month: Int, raw: Double, wasSeen: Bool, _ context: EvaluationContext,
        _ peers: Peers
    ) -> Bool {
        if wasSeen, peers.level(row, month) != peers.level(row, month - 1) { return false }
        return applies(row, month, raw: raw, context, peers)
    }

    /// Whether the report of a month looks like an error.
    private func applies(
        _ row: Int, _ month: Int, raw: Double, _ context: EvaluationContext, _ peers: Peers
    ) -> Bool {
        let now = exp(peers.level(row, month))
        if now >= 1, typo.contains(exp(raw)) { return true }
        guard wageCheck > 0, now >= 1, month > 0 else { return false }
        let panel = context.facts.panel
        let at = month + peers.start
        guard let due = panel.wagesDue(row, at), due > 0, let usual = usual(row, at, panel) else {
            return false
        }
        let fall = log(usual.staff / now)
        let perHead = log(Double(due) / now / usual.pay) - bonus(row, at, panel)
        return fall > 0 && perHead >= wageCheck * fall
    }

    /// The largest headcount and the lowest wages due per person of the three months before; nil
    /// without a month that has both. The lowest pay counts, because a year-end bonus raises the
    /// wages of a single month.
    private func usual(_ row: Int, _ month: Int, _ panel: Panel) -> (staff: Double, pay: Double)? {
        var usual: (staff: Double, pay: Double)?
        for earlier in stride(from: month - 1, through: max(month - 3, 0), by: -1) {
            guard let heads = panel.headcount(row, earlier), heads > 0,
                let due = panel.wagesDue(row, earlier), due > 0
            else { continue }
            let pay = Double(due) / Double(heads)
            usual = (max(usual?.staff ?? 0, Double(heads)), min(usual?.pay ?? pay, pay))
        }
        return usual
    }

    /// The rise of the wages due per person at the same time of last year, ln, at least 0: a
    /// year-end bonus. 0 when last year is not known.
    private func bonus(_ row: Int, _ month: Int, _ panel: Panel) -> Double {
        guard month > 12, let heads = panel.headcount(row, month - 12), heads > 0,
            let due = panel.wagesDue(row, month - 12), due > 0,
            let usual = usual(row, month - 12, panel)
        else { return 0 }
        return max(0, log(Double(due) / Double(heads) / usual.pay))
    }
}
