import Labor

/// The enterprises of one county that cut staff in one month.
struct CountyCuts {
    var cuts: [(row: Int, loss: HeadcountLoss)] = []
    /// Cuts that the enterprise also had a year ago.
    var seasonal: [HeadcountLoss] = []
    var reportedBefore = 0
    var reported = 0
    var staff = 0.0
    /// The staff of those whose report, or whose leavers in it, are held back.
    var held: [Double] = []

    /// What counts as a cut, and as a season.
    struct Measure: Sendable {
        let lossGuard: LossGuard
        let window: Int
        let personsAbove: Double
        let share: Double
        let seasonalPart: Double

        init(_ settings: Settings) {
            lossGuard = LossGuard(settings)
            window = settings.whole("window_months")
            personsAbove = settings.number("each_persons_above")
            share = settings.number("each_share")
            seasonalPart = settings.number("seasonal_part")
        }
    }

    /// Looks at the enterprises of some rows.
    init(
        _ rows: [Int], _ month: Int, _ measure: Measure, seasons: [Int],
        _ context: EvaluationContext
    ) {
        let panel = context.facts.panel
        for row in rows {
            if month > 0, panel.hasReport(row, month - 1) { reportedBefore += 1 }
            guard panel.hasReport(row, month) else {
                let last = panel.isHeld(row, month) ? panel.latestReport(row, upTo: month) : nil
                if let staff = last.flatMap({ panel.headcount(row, $0) }) {
                    held.append(Double(staff))
                }
                continue
            }
            reported += 1
            let loss = measure.lossGuard.loss(
                panel, row, month: month, window: measure.window, moves: context.moves)
            guard let loss, measure.counts(loss) else {
                let isHeldBack = panel.heldFields(row, month).contains(.employerSeparations)
                if isHeldBack, let staff = panel.headcount(row, month) {
                    held.append(Double(staff))
                }
                continue
            }
            if measure.isSeasonal(loss, row, in: seasons, context) {
                seasonal.append(loss)
                continue
            }
            cuts.append((row, loss))
            staff += loss.staff
        }
    }
}

extension CountyCuts.Measure {
    fileprivate func counts(_ loss: HeadcountLoss) -> Bool {
        if lossGuard.countsPersons(loss), loss.persons > personsAbove { return true }
        return lossGuard.countsShare(loss) && loss.share >= share - 1e-9
    }

    /// A net fall that the enterprise also had in a month of the same season (winter stop, Spring
    /// Festival) is no cause that counts.
    fileprivate func isSeasonal(
        _ loss: HeadcountLoss, _ row: Int, in seasons: [Int], _ context: EvaluationContext
    ) -> Bool {
        guard loss.basis == .netHeadcount else { return false }
        let panel = context.facts.panel
        for month in seasons {
            guard panel.hasReport(row, month),
                let before = lossGuard.loss(
                    panel, row, month: month, window: loss.window, moves: context.moves)
            else { continue }
            if before.share >= seasonalPart * loss.share { return true }
        }
        return false
    }
}

extension [String: Double] {
    /// Whether a loss is a single large cut by a net fall of the headcount, in which turnover hides.
    func isNetSingle(_ loss: HeadcountLoss) -> Bool {
        loss.basis == .netHeadcount && believes(loss) && reached("single", by: loss.persons)
    }
}

/// The cuts of counties and months that one evaluation needs, each counted once.
final class CountyBook {
    private struct Page: Hashable {
        /// The region whose settings measure.
        var measuredBy: RegionCode?
        var county: RegionCode
        var month: Int
    }

    /// The rows of every county.
    let rowsOf: [RegionCode: [Int]]
    /// The festival months of each calendar.
    let festivals: [FestivalMonths]

    private let context: EvaluationContext
    private var pages: [Page: CountyCuts] = [:]

    init(_ rowsOf: [RegionCode: [Int]], _ festivals: [FestivalMonths], _ context: EvaluationContext)
    {
        self.rowsOf = rowsOf
        self.festivals = festivals
        self.context = context
    }

    func cuts(
        of county: RegionCode, _ month: Int, _ measure: CountyCuts.Measure,
        measuredBy region: RegionCode?
    ) -> CountyCuts {
        let page = Page(measuredBy: region, county: county, month: month)
        if let known = pages[page] { return known }
        let cuts = CountyCuts(
            rowsOf[county] ?? [], month, measure,
            seasons: FestivalMonths.seasons(of: month, festivals), context)
        pages[page] = cuts
        return cuts
    }
}
