import Labor

/// The months in which a moving festival empties the enterprises, over the months of a panel.
///
/// The same month of the year may be a festival month in one year and an ordinary month in the next.
/// How early people leave and how late they come back differs by trade and place, so that the
/// absence at the end of each month is known for three customs: the shortest, the usual and the
/// longest. The usual one tells what earlier festivals brought, the longest how much of that a month
/// can bring, the shortest who must have come back.
package struct FestivalMonths: Sendable, Hashable {
    /// The share of those who leave that is away at the end of a month, 0 to 1, by three customs.
    package struct Absence: Sendable, Hashable {
        /// By the shortest custom.
        package var shortest: Double
        /// By the usual custom.
        package var usual: Double
        /// By the longest custom.
        package var longest: Double

        /// Nobody is away.
        package static let none = Absence(shortest: 0, usual: 0, longest: 0)

        /// An absence by the three customs, each at least as large as the one before.
        package init(shortest: Double, usual: Double, longest: Double) {
            self.shortest = shortest
            self.usual = usual
            self.longest = longest
        }
    }

    /// Less of the absence than this makes no festival month (own choice: a quarter).
    static let onsetMin = 0.25
    /// By how much of itself the loss at a festival differs from year to year; the same value as
    /// `season_variability` of the layoff rules.
    static let variability = 0.1
    /// At most so many years are looked back on.
    static let years = 5
    /// Of earlier festivals the upper quartile is expected: most were no deeper, and one year with a
    /// crisis at the festival among five does not count.
    private static let upperQuartile = 0.75
    /// Two festival months that are nearer than this belong to the same festival.
    private static let apart = 6

    /// How much of the absence began in each month by the usual custom; 0 below `onsetMin`.
    private let onset: [Double]
    /// How much of it may have begun in each month by the longest; 0 below `onsetMin`.
    private let onsetMax: [Double]
    /// How much of it ended in each month by the usual custom, where it ended by every custom; else 0.
    private let end: [Double]
    /// Whether as many people may have left or come back in a month.
    private let isMoved: [Bool]

    /// The months by the absence at the end of each; the first has no month before it and counts as
    /// ordinary.
    package init(_ absences: [Absence]) {
        func counted(_ begun: Double) -> Double { begun >= Self.onsetMin ? begun : 0 }
        let steps = zip(absences, absences.dropFirst())
        onset = [0] + steps.map { counted($1.usual - $0.usual) }
        onsetMax = [0] + steps.map { counted($1.longest - $0.usual) }
        end =
            [0]
            + steps.map { before, now in
                before.shortest - now.longest >= Self.onsetMin
                    ? counted(before.usual - now.usual) : 0
            }
        isMoved =
            [false]
            + steps.map {
                max($1.longest - $0.usual, $0.longest - $1.usual) >= Self.onsetMin
            }
    }

    /// Whether a festival may empty the enterprises in a month.
    package func isFestival(_ month: Int) -> Bool { onsetMax[month] > 0 }

    /// Whether a festival may move the staff in a month, down or up.
    func isMoved(_ month: Int) -> Bool { isMoved[month] }

    /// Whether the staff of a festival comes back in a month by every custom.
    func isReturn(_ month: Int) -> Bool { end[month] > 0 }

    /// What the return of a month lets expect: the middle of value ÷ end over the returns of earlier
    /// years, times this month's. Nil in other months, or where no earlier return is known.
    func expectedReturn(_ month: Int, value: (Int) -> Double?) -> Double? {
        guard isReturn(month) else { return nil }
        let ratios = past(month, years: Self.years).filter { end[$0] > 0 }
            .compactMap { at in value(at).map { $0 / end[at] } }
        guard !ratios.isEmpty else { return nil }
        return quantile(ratios.sorted(), 0.5) * end[month]
    }

    /// What this month's part of the absence lets expect: the upper quartile of value ÷ onset over
    /// the festival months of earlier years, each weighted by its onset, times the part that may
    /// have begun in this month. Nil in an ordinary month, or where no earlier festival is known.
    ///
    /// A month that saw half of an absence says less than a month that saw all of it.
    package func expected(
        _ month: Int, years: Int = FestivalMonths.years, value: (Int) -> Double?
    ) -> Double? {
        guard isFestival(month) else { return nil }
        var known: [(ratio: Double, weight: Double)] = []
        for past in past(month, years: years) where onset[past] > 0 {
            guard let value = value(past) else { continue }
            known.append((value / onset[past], onset[past]))
        }
        guard !known.isEmpty else { return nil }
        known.sort { $0.ratio < $1.ratio }
        let limit = known.reduce(0) { $0 + $1.weight } * Self.upperQuartile - 1e-9
        var sum = 0.0
        let usual = known.first { one in
            sum += one.weight
            return sum >= limit
        }
        return usual.map { $0.ratio * onsetMax[month] }
    }

    /// The months of earlier years that are the season of a month: last year's month of the same
    /// name with one on each side, and in a festival month the months of earlier festivals that saw
    /// half as much of the absence or more.
    static func seasons(of month: Int, _ festivals: [FestivalMonths]) -> [Int] {
        var seasons = Set(month - 13...month - 11)
        for festival in festivals where festival.isFestival(month) {
            seasons.formUnion(
                festival.past(month, years: years).filter {
                    festival.onset[$0] > 0
                        && festival.onset[$0] >= festival.onsetMax[month] / 2
                })
        }
        return seasons.filter { $0 >= 0 }.sorted()
    }

    /// The months of earlier festivals.
    private func past(_ month: Int, years: Int) -> Range<Int> {
        let first = max(0, month - 12 * years - 1)
        return first..<max(first, month - Self.apart)
    }
}

extension Festivals {
    /// People leave from 15 days before the festival on and are back 25 days after it: the forty days
    /// of the spring travel (春运, Ministry of Transport). By every custom they are away from the little
    /// new year (小年, 7 days before) to the Lantern Festival (元宵, 14 days after).
    private static let (leaves, isAway, returns, isBack) = (-15.0, -7.0, 14.0, 25.0)

    /// The festival months of a panel, one value for each calendar; calendars that agree over the
    /// whole panel are one.
    func months(of panel: Panel) -> [FestivalMonths] {
        var all: [FestivalMonths] = []
        for calendar in calendars {
            let months = FestivalMonths(
                (0..<panel.months).map { absence(panel.period($0), calendar) })
            if !all.contains(months) { all.append(months) }
        }
        return all
    }

    /// Who is away on the day that a month's report speaks of.
    private func absence(
        _ period: Period, _ calendar: [Int: Day]
    ) -> FestivalMonths.Absence {
        guard let distance = distance(period, calendar) else { return .none }
        let days = Double(distance)
        let rising = (days - Self.leaves) / (Self.isAway - Self.leaves)
        let falling = (Self.isBack - days) / (Self.isBack - Self.returns)
        return FestivalMonths.Absence(
            shortest: days >= Self.isAway && days <= Self.returns ? 1 : 0,
            usual: max(0, min(1, rising, falling)),
            longest: days > Self.leaves && days < Self.isBack ? 1 : 0)
    }
}
