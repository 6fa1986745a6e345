import Labor

/// The figures that a loss of persons is counted from.
enum LossBasis: String {
    /// Reported separations on the employer's initiative.
    case employerSeparations = "employer_separations"
    /// The net decrease of the headcount, where separations were not reported.
    case netHeadcount = "net_headcount"
}

/// The persons that an enterprise lost over a window of months.
struct HeadcountLoss {
    /// The length of the window in months; it ends with `month`.
    let window: Int
    /// The last month of the window, as an index of the panel.
    let month: Int
    /// The month of the report before the window, as an index of the panel; nil without such a
    /// report.
    let base: Int?
    let basis: LossBasis
    /// The number of persons lost, without the transferred ones.
    let persons: Double
    /// The headcount before the window.
    let staff: Double
    /// The number of persons who moved to another employer in the window.
    let transferred: Double

    /// The lost persons as a share of the staff, 0…1.
    var share: Double { staff > 0 ? min(1, persons / staff) : 0 }
}

extension [String: Double] {
    /// Whether a tier accepts the number of persons of a loss. A net decrease also needs the share
    /// `net_share_min`, because it includes ordinary turnover.
    func believes(_ loss: HeadcountLoss) -> Bool {
        loss.basis != .netHeadcount || allows("net_share_min", loss.share)
    }
}

/// The limits that separate a loss from ordinary turnover. Source: the base rates in the domain
/// notes.
struct LossGuard: Sendable {
    /// A net loss below this share a month is ordinary turnover: its number of persons does not
    /// count.
    let churn: Double
    /// The same limit for separations on the employer's initiative.
    let employerChurn: Double
    /// The maximum number of months between the report before the window and the window's start.
    let baseGap: Int
    /// The minimum number of persons for a share to count.
    let personsMin: Double
    /// The minimum number of persons for a share to count on the net basis, for a headcount of
    /// `staffSmall` or more.
    let netPersonsMin: Double
    let staffSmall: Double
    /// Up to this headcount a share counts only from `tinyShare` on.
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

    /// Whether the loss exceeds ordinary turnover, so that its number of persons counts.
    func countsPersons(_ loss: HeadcountLoss) -> Bool {
        switch loss.basis {
        case .employerSeparations:
            return loss.share >= employerChurn * Double(loss.window) - 1e-9
        case .netHeadcount:
            let months = loss.base.map { loss.month - $0 } ?? loss.window
            return loss.share >= churn * Double(months) - 1e-9
        }
    }

    /// Whether the share of a loss counts. It does not when the share is only one or two persons of
    /// a small staff.
    func countsShare(_ loss: HeadcountLoss) -> Bool {
        if loss.staff <= staffTiny, loss.share < tinyShare - 1e-9 { return false }
        guard loss.persons >= personsMin else { return false }
        guard loss.basis == .netHeadcount, loss.staff >= staffSmall else { return true }
        return loss.persons >= netPersonsMin
    }

    /// The loss of an enterprise over the months up to `month`; nil without a loss or without the
    /// figures. Separations on the employer's initiative count if any month of the window reports
    /// them; the other months then count as 0. Otherwise the net decrease of the headcount counts.
    /// Transferred persons are subtracted.
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

    /// The latest month with a headcount at or before `month`, at most `baseGap` months older; nil
    /// when there is none.
    private func base(_ panel: Panel, _ row: Int, _ month: Int) -> Int? {
        guard month >= 0 else { return nil }
        for at in stride(from: month, through: max(0, month - baseGap), by: -1)
        where panel.headcount(row, at) != nil {
            return at
        }
        return nil
    }
}

/// The size of a loss, for tiers with limits on persons or on the share of staff.
struct LossSize {
    var persons: Double
    var share: Double
    /// The headcount that `share` refers to.
    var staff: Double

    /// Whether the loss reaches the limits of a tier by its persons or by its share.
    func crosses(_ limits: [String: Double]) -> Bool {
        let byPersons =
            limits.reached("persons", by: persons) && limits.allows("staff_min", staff)
            && limits.allows("persons_share_min", share)
        let byShare =
            limits.reached("share", by: share) && limits.allows("share_persons_min", persons)
        return byPersons || byShare
    }
}
