import Labor

/// The long public holidays, in which nobody reports and silence means nothing.
///
/// By 《全国年节及纪念日放假办法》 (国令795) and the yearly notices of the General Office of the State
/// Council: Spring Festival from its eve for eight days, National Day from the first of October for
/// seven. Tibetan New Year is one of the region's own holidays.
struct Holidays: Sendable {
    private static let nationalDays = 7

    private let length: Int
    private let firsts: [Day]

    /// Holidays by a rule's settings; a length of 0 knows none.
    init(_ settings: Settings) {
        length = settings.whole("holiday_days")
        let spring = Festivals.merged(Festivals.spring, settings.textTable("spring_festival"))
        let tibetan = Festivals.merged(Festivals.tibetan, settings.textTable("tibetan_new_year"))
        firsts = (Array(spring.values) + tibetan.values).map { $0.adding(days: -1) }.sorted()
    }

    /// How many days after one and up to another are holidays; none is counted twice.
    func count(after last: Day, through today: Day) -> Int {
        guard length > 0, last < today else { return 0 }
        let years = last.civil.year...today.civil.year
        let national = years.compactMap { Day(year: $0, month: 10, day: 1) }
        let spans =
            firsts.map { ($0, length) } + national.map { ($0, min(length, Self.nationalDays)) }
        var days: Set<Day> = []
        for (first, length) in spans where first <= today {
            for day in (0..<length).map({ first.adding(days: $0) })
            where day > last && day <= today {
                days.insert(day)
            }
        }
        return days.count
    }
}
