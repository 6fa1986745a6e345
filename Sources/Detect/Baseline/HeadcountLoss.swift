import Labor

/// On what a loss of persons was counted.
enum LossBasis: String {
    /// Leavers on the employer's initiative, as reported.
    case employerSeparations = "employer_separations"
    /// The net fall of the headcount, where those were not reported.
    case netHeadcount = "net_headcount"
}

/// The persons that an enterprise lost over a window of months.
struct HeadcountLoss {
    /// The months of the window, ending at `month`.
    let window: Int
    let month: Int
    /// The month of the report that the window is measured from; nil when there is none.
    let base: Int?
    let basis: LossBasis
    /// Persons lost, staff transfers already taken off.
    let persons: Double
    /// Staff at the start of the window.
    let staff: Double
    /// Persons who moved to another employer in the window, at most those lost.
    let transferred: Double

    /// Persons per staff, at most 1.
    var share: Double { staff > 0 ? min(1, persons / staff) : 0 }
}

extension [String: Double] {
    /// Whether a tier takes a loss for one by the persons alone: a net fall of the headcount must be
    /// a share of the staff too (`net_share_min`), for turnover hides in it.
    func believes(_ loss: HeadcountLoss) -> Bool {
        loss.basis != .netHeadcount || allows("net_share_min", loss.share)
    }
}

/// What makes a loss more than ordinary coming and going (domain: real base rates).
struct LossGuard: Sendable {
    /// Net losses below this share a month are ordinary and count no persons.
    let churn: Double
    /// The same for leavers on the employer's initiative.
    let employerChurn: Double
    /// How many months older than the start of the window its base may be.
    let baseGap: Int
    /// A loss that is told by its share alone needs so many persons…
    let personsMin: Double
    /// …and on the net basis, in enterprises of `staffSmall` staff or more, so many.
    let netPersonsMin: Double
    let staffSmall: Double
    /// Up to this staff a share counts from `tinyShare` on.
    let staffTiny: Double
    let tinyShare: Double

    static let parameters: [Schema.Parameter] = [
        .init("churn_share_per_month", .number(Schema.share), .number(0.025)),
        .init("employer_churn_share_per_month", .number(Schema.share), .number(0.0005)),
        .init("base_gap_months", .whole(0...12), .number(2)),
        .init("share_persons_min", .whole(0...1_000), .number(3)),
        .init("share_persons_min_net", .whole(0...1_000), .number(10)),
        .init("small_staff", .whole(0...10_000), .number(50)),
        .init("tiny_staff", .whole(0...10_000), .number(30)),
        .init("tiny_share", .number(Schema.share), .number(0.2)),
    ]

    init(_ settings: Settings) {
        churn = settings.number("churn_share_per_month")
        employerChurn = settings.number("employer_churn_share_per_month")
        baseGap = settings.whole("base_gap_months")
        personsMin = settings.number("share_persons_min")
        netPersonsMin = settings.number("share_persons_min_net")
        staffSmall = settings.number("small_staff")
        staffTiny = settings.number("tiny_staff")
        tinyShare = settings.number("tiny_share")
    }

    /// Whether the loss is large enough for a number of persons to count.
    func countsPersons(_ loss: HeadcountLoss) -> Bool {
        switch loss.basis {
        case .employerSeparations:
            return loss.share >= employerChurn * Double(loss.window) - 1e-9
        case .netHeadcount:
            let months = loss.base.map { loss.month - $0 } ?? loss.window
            return loss.share >= churn * Double(months) - 1e-9
        }
    }

    /// Whether a share counts: not where it is one or two persons of a small staff.
    func countsShare(_ loss: HeadcountLoss) -> Bool {
        if loss.staff <= staffTiny, loss.share < tinyShare - 1e-9 { return false }
        guard loss.persons >= personsMin else { return false }
        guard loss.basis == .netHeadcount, loss.staff >= staffSmall else { return true }
        return loss.persons >= netPersonsMin
    }

    /// The loss of an enterprise over the months up to `month`; nil when it cannot be told or is
    /// none. Leavers on the employer's initiative count where any month of the window has them
    /// (the other months then count 0), else the net fall of the headcount.
    func loss(
        _ panel: Panel, _ row: Int, month: Int, window: Int, moves: StaffMoves
    ) -> HeadcountLoss? {
        var reported: Int64?
        for at in max(0, month - window + 1)...month {
            if let leavers = panel.employerSeparations(row, at) {
                reported = (reported ?? 0) + Int64(leavers)
            }
        }
        if reported == 0 { return nil }
        let base = self.base(panel, row, month - window)
        let before = base.flatMap { panel.headcount(row, $0) }.map(Double.init)
        let after = panel.headcount(row, month).map(Double.init)
        var persons: Double
        let staff: Double
        if let reported {
            persons = Double(reported)
            staff = max(before ?? (after ?? 0) + persons, persons)
        } else {
            guard let before, let after, before > after else { return nil }
            persons = before - after
            staff = before
        }
        let start = max(0, min((base ?? month - window) + 1, month))
        let transferred = moves.out(row, start...month)
        persons -= transferred
        guard persons > 0 else { return nil }
        return HeadcountLoss(
            window: window, month: month, base: base,
            basis: reported == nil ? .netHeadcount : .employerSeparations, persons: persons,
            staff: staff, transferred: transferred)
    }

    /// The last report at or before a month, not much older.
    private func base(_ panel: Panel, _ row: Int, _ month: Int) -> Int? {
        guard month >= 0 else { return nil }
        for at in stride(from: month, through: max(0, month - baseGap), by: -1)
        where panel.headcount(row, at) != nil {
            return at
        }
        return nil
    }
}

/// How large a loss is, for tiers that ask for persons or for a share of the staff.
struct LossSize {
    var persons: Double
    var share: Double
    /// The staff that the share is of.
    var staff: Double

    /// Whether it reaches a tier by its persons or by its share.
    func crosses(_ limits: [String: Double]) -> Bool {
        let byPersons =
            limits.reached("persons", by: persons) && limits.allows("staff_min", staff)
            && limits.allows("persons_share_min", share)
        let byShare =
            limits.reached("share", by: share) && limits.allows("share_persons_min", persons)
        return byPersons || byShare
    }
}
