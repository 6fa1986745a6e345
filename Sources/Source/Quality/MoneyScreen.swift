import Labor

/// Finds implausible amounts per head in the wages or the contributions of one enterprise.
///
/// The amounts due and paid are held back together, because one without the other would give a
/// wrong balance.
struct MoneyScreen {
    /// The pair of amounts that is checked.
    enum Kind {
        case wages
        case contributions
    }

    /// The maximum plausible amount per head and month, yuan. Source: a vendor's rules question
    /// single workers from 50,000 yuan on (domain notes 1.7); this limit for the mean of all staff
    /// is four times that.
    static let perHeadMax = 200_000.0
    /// The factor by which the due must rise for a doubt, while less than half of it is paid. It is
    /// usually a wrong digit. A bonus in January gives 1.6; a year's pay in one month gives 12, but
    /// is paid.
    static let stepFactor = 8.0
    /// A rise by this factor, or a fall by ten times this factor, is a change of the unit: fen
    /// instead of yuan, 千元 or 万元 instead of yuan.
    static let unitFactor = 100.0

    /// The number of yuan in a larger unit that a payment may be written in: 千元 and 万元.
    private static let largeUnits = [1_000.0, 10_000]
    /// The relative tolerance when a payment in a larger unit is compared with its due, because it
    /// is rounded.
    private static let unitSlack = 0.05

    private struct Level {
        /// The amount due for the month, fen: wages or contributions, as the `kind` of the screen
        /// says.
        var due: Double
        /// The same amount per head of the staff, fen.
        var perHead: Double
    }

    private let kind: Kind
    private var last: Level?
    /// The unpaid amount of the accepted months, fen, at least 0.
    private var owed = 0.0

    init(_ kind: Kind) {
        self.kind = kind
    }

    /// The doubt about the amounts of a report; nil without one.
    mutating func doubt(_ panel: Panel, _ look: FigureScreen.Look) -> FigureScreen.Doubt? {
        let (due, paid) = amounts(look.report)
        guard let due else { return nil }
        let level = Level(due: due, perHead: due / Double(max(1, look.report.headcount)))
        let doubt = dueDoubt(panel, level, paid, look) ?? paid.flatMap { paidDoubt(level, $0) }
        if doubt?.isHeld != true {
            if due > 0 { last = level }
            if let paid { owed = max(0, owed + due - paid) }
        }
        return doubt
    }

    private func amounts(_ report: Report) -> (due: Double?, paid: Double?) {
        switch kind {
        case .wages: (report.wagesDue.map(Double.init), report.wagesPaid.map(Double.init))
        case .contributions:
            (report.contributionsDue.map(Double.init), report.contributionsPaid.map(Double.init))
        }
    }

    /// The doubt about an amount due that is implausible by itself or against the history; nil
    /// without one.
    private func dueDoubt(
        _ panel: Panel, _ level: Level, _ paid: Double?, _ look: FigureScreen.Look
    ) -> FigureScreen.Doubt? {
        guard level.due > 0 else { return nil }
        // Both the amount and the amount per head must jump. A wrong headcount changes only the
        // latter, and a site that reopens changes only the former.
        let rise = last.map { min(level.due / $0.due, level.perHead / $0.perHead) }
        let fall = last.map { max(level.due / $0.due, level.perHead / $0.perHead) }
        let isUnit =
            rise.map { $0 >= MoneyScreen.unitFactor } ?? false
            || fall.map { $0 <= 0.1 / MoneyScreen.unitFactor } ?? false
        let isBeyond =
            look.report.headcount > 0 && level.perHead > MoneyScreen.perHeadMax * 100
            && rise.map { $0 >= MoneyScreen.stepFactor } ?? true
        let isStep =
            rise.map { $0 >= MoneyScreen.stepFactor } ?? false
            && paid.map { 2 * $0 < level.due } ?? false
        guard isUnit || isBeyond || isStep, !isBorneOut(panel, level, look) else { return nil }
        let isOnlyStep = !isUnit && !isBeyond
        let isHeld =
            !isOnlyStep || !SeriesScreen.isOverdue(panel, look.row, after: look.month)
        let usual = last.map { MoneyScreen.yuan($0.perHead) }
        return FigureScreen.Doubt(
            fields: fields, field: "\(name)_due", value: MoneyScreen.yuan(level.due),
            reason: "amount_per_head",
            expected: usual.map { "about \($0) yuan a head, as before" }
                ?? "at most \(Int(MoneyScreen.perHeadMax)) yuan a head",
            hint: isHeld
                ? "\(MoneyScreen.yuan(level.perHead)) yuan a head: a digit slipped or another unit; "
                    + "due and paid are not used until the next report or a revision settles it"
                : "no report followed, so the amounts count; ask the enterprise", isHeld: isHeld)
    }

    /// The doubt about a payment in another unit than its due, or far above all that is owed; nil
    /// without one.
    private func paidDoubt(_ level: Level, _ paid: Double) -> FigureScreen.Doubt? {
        // The payment equals the full due of this month or of the month before in 千元 or 万元. Any
        // other small payment counts as a partial payment.
        let isFarBelow = MoneyScreen.largeUnits.contains { unit in
            [level.due, last?.due ?? level.due].contains { due in
                due > 0 && abs(paid * unit / due - 1) <= MoneyScreen.unitSlack
            }
        }
        let usual = max(level.due, last?.due ?? 0)
        let isFarAbove =
            usual > 0 && paid >= MoneyScreen.stepFactor * usual && paid >= 2 * (level.due + owed)
        guard isFarBelow || isFarAbove else { return nil }
        return FigureScreen.Doubt(
            fields: fields, field: "\(name)_paid", value: MoneyScreen.yuan(paid),
            reason: isFarBelow ? "far_below_due" : "far_above_owed",
            expected: isFarBelow
                ? "up to \(MoneyScreen.yuan(level.due)) that is due, in yuan"
                : "at most about \(MoneyScreen.yuan(level.due + owed)), which is owed",
            hint:
                "a digit slipped or another unit; due and paid are not used, the rest of the report "
                + "is; correct it in a revision")
    }

    /// Whether the next due per head is nearer to the new level than to the old one.
    private func isBorneOut(
        _ panel: Panel, _ level: Level, _ look: FigureScreen.Look
    ) -> Bool {
        guard let next = look.next(panel), let due = amounts(next).due, due > 0 else {
            return false
        }
        let perHead = due / Double(max(1, next.headcount))
        let reference = last?.perHead ?? MoneyScreen.perHeadMax * 10
        return MoneyScreen.factor(perHead, level.perHead) < MoneyScreen.factor(perHead, reference)
    }

    /// The factor between two positive amounts, at least 1.
    private static func factor(_ left: Double, _ right: Double) -> Double {
        max(left / right, right / left)
    }

    private var fields: ReportFields { kind == .wages ? .wages : .contributions }

    private var name: String { kind == .wages ? "wages" : "contributions" }

    /// An amount in fen as yuan with two decimals.
    private static func yuan(_ fen: Double) -> String {
        Money.yuanText(fen: Int64(fen.rounded()))
    }
}
