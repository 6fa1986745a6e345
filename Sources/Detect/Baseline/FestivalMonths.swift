import Labor

/// The panel months in which a moving festival reduces the headcount.
///
/// The same calendar month may be a festival month in one year and an ordinary month in the next.
/// The days on which people leave and return differ by industry and region. The absence at the end
/// of each month is therefore computed for three lengths: the shortest, the usual and the longest.
/// The usual one scales the effects of earlier festivals. The longest one gives the largest effect
/// that a month may have. The shortest and the longest one together give the months in which people
/// certainly return.
package struct FestivalMonths: Sendable, Hashable {
    /// The share of the festival's leavers who are away at the end of a month, 0…1, for three
    /// lengths of absence.
    package struct Absence: Sendable, Hashable {
        /// The share for the shortest absence.
        package var shortest: Double
        /// The share for the usual absence.
        package var usual: Double
        /// The share for the longest absence.
        package var longest: Double

        /// Nobody is away.
        package static let none = Absence(shortest: 0, usual: 0, longest: 0)

        /// An absence from its three shares, in rising order.
        package init(shortest: Double, usual: Double, longest: Double) {
            self.shortest = shortest
            self.usual = usual
            self.longest = longest
        }
    }

    /// The smallest change of the absence that makes a festival month (own choice: a quarter).
    static let onsetMin = 0.25
    /// The variation of a festival's effect from year to year, as a share of the effect. It equals
    /// `season_variability` of the layoff rules.
    static let variability = 0.1
    /// The maximum number of earlier years that are used.
    static let years = 5
    /// The quantile of earlier festivals that is expected. It covers most of them, but not the one
    /// festival in five that coincided with a crisis.
    private static let upperQuartile = 0.75
    /// Months that are nearer than this to the month judged belong to the same festival.
    private static let apart = 6

    /// The part of the absence that begins in each month, usual length; 0 below `onsetMin`.
    private let onset: [Double]
    /// The largest part of the absence that may begin in each month, longest length; 0 below
    /// `onsetMin`.
    private let onsetMax: [Double]
    /// The part of the absence that ends in each month, usual length; 0 unless the absence ends in
    /// the month for every length.
    private let end: [Double]
    /// Whether people may leave or return in each month in a number that matters (`onsetMin`).
    private let isMoved: [Bool]

    /// Computes the months from the absence at the end of each. The first month counts as ordinary,
    /// because the absence before it is not known.
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

    /// Whether a festival may reduce the headcount in a month.
    package func isFestival(_ month: Int) -> Bool { onsetMax[month] > 0 }

    /// Whether a festival may change the headcount in a month, down or up.
    func isMoved(_ month: Int) -> Bool { isMoved[month] }

    /// Whether people return in a month for every length of absence.
    func isReturn(_ month: Int) -> Bool { end[month] > 0 }

    /// The effect expected from the return in a month: the median of value / end over the returns
    /// of earlier years, times the `end` of this month. Nil in other months, or without a known
    /// earlier return.
    /// - Parameter value: the value of an earlier month, for example a loss rate; nil when it is
    ///   not known.
    func expectedReturn(_ month: Int, value: (Int) -> Double?) -> Double? {
        guard isReturn(month) else { return nil }
        let ratios = past(month, years: Self.years).filter { end[$0] > 0 }
            .compactMap { at in value(at).map { $0 / end[at] } }
        guard !ratios.isEmpty else { return nil }
        return quantile(ratios.sorted(), 0.5) * end[month]
    }

    /// The effect expected from a festival month: the weighted upper quartile of value / onset over
    /// the festival months of earlier years, times the largest part of the absence that may begin
    /// in this month. The weight is the onset, because a month with half of the absence carries
    /// less information than a month with all of it. Nil in an ordinary month, or without a known
    /// earlier festival.
    /// - Parameters:
    ///   - years: the maximum number of earlier years.
    ///   - value: the value of an earlier month, in the unit of the result; nil when it is not
    ///     known.
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

    /// The earlier months that are the season of a month, as rising indices: the same month of the
    /// year before with one month on each side. For a festival month, also the months of earlier
    /// festivals whose onset is at least half of the largest onset of this month.
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

    /// The months of earlier years that may belong to earlier festivals.
    private func past(_ month: Int, years: Int) -> Range<Int> {
        let first = max(0, month - 12 * years - 1)
        return first..<max(first, month - Self.apart)
    }
}

extension Festivals {
    /// The days relative to the festival on which the usual absence begins, is complete, begins to
    /// end, and has ended. The travel season of 40 days (春运, Ministry of Transport) runs from 15
    /// days before the festival to 25 days after it. Between the little new year (小年, 7 days
    /// before) and the Lantern Festival (元宵, 14 days after) everybody is away.
    private static let (leaves, isAway, returns, isBack) = (-15.0, -7.0, 14.0, 25.0)

    /// The festival months of a panel, one value for each calendar. Calendars that give the same
    /// months give one value.
    func months(of panel: Panel) -> [FestivalMonths] {
        var all: [FestivalMonths] = []
        for calendar in calendars {
            let months = FestivalMonths(
                (0..<panel.months).map { absence(panel.period($0), calendar) })
            if !all.contains(months) { all.append(months) }
        }
        return all
    }

    /// The absence on the snapshot day of a month.
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
