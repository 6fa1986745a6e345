import Labor

/// The cuts of the enterprises of one county in one month.
struct CountyCuts {
    /// The enterprises that cut staff, with their losses.
    var cuts: [(row: Int, loss: HeadcountLoss)] = []
    /// The losses that the enterprise also had in the same season of an earlier year.
    var seasonal: [HeadcountLoss] = []
    /// The number of enterprises that reported the month before.
    var reportedBefore = 0
    /// The number of enterprises that reported the month.
    var reported = 0
    /// The sum of the headcounts before the cuts, persons.
    var staff = 0.0
    /// The headcounts of the enterprises whose report, or whose number of leavers, is held back.
    var held: [Double] = []

    /// The definitions of a cut and of a seasonal cut.
    struct Measure: Sendable {
        let lossGuard: LossGuard
        /// The length of the window in months.
        let window: Int
        /// A loss of more persons than this is a cut.
        let personsAbove: Double
        /// A loss of at least this share of the staff is a cut.
        let share: Double
        /// A loss is seasonal if an earlier loss was at least this part of it.
        let seasonalPart: Double

        init(_ settings: Settings) {
            lossGuard = LossGuard(settings)
            window = settings.whole("window_months")
            personsAbove = settings.number("each_persons_above")
            share = settings.number("each_share")
            seasonalPart = settings.number("seasonal_part")
        }
    }

    /// Counts the cuts of some enterprises in a month.
    /// - Parameters:
    ///   - rows: the enterprises.
    ///   - month: the month, as an index of the panel.
    ///   - measure: the definition of a cut.
    ///   - seasons: the earlier months that are the season of the month.
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

    /// Whether a net decrease is seasonal (winter stop, Spring Festival): the enterprise had a
    /// similar loss in an earlier month of the same season. Reported separations are never
    /// seasonal.
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
    /// Whether a loss is a net decrease that reaches the limit of a single large cut.
    func isNetSingle(_ loss: HeadcountLoss) -> Bool {
        loss.basis == .netHeadcount && believes(loss) && reached("single", by: loss.persons)
    }
}

/// The cuts of counties and months in one evaluation. Each county and month is counted once.
final class CountyBook {
    private struct Page: Hashable {
        /// The region whose override gives the settings; nil for the rule's own settings.
        var measuredBy: RegionCode?
        var county: RegionCode
        var month: Int
    }

    /// The enterprises of each county, as rows of the panel.
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

    /// The cuts of a county in a month, from the cache if they were counted before.
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
