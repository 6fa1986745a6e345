import Labor

/// The long public holidays. Nobody reports during them, so missing reports mean nothing.
///
/// Spring Festival lasts eight days from its eve. National Day lasts seven days from 1 October.
/// Source: 《全国年节及纪念日放假办法》 (国令795) and the yearly notices of the General Office of the State
/// Council. Tibetan New Year is a regional holiday.
struct Holidays: Sendable {
    private static let nationalDays = 7

    /// The length of Spring Festival and Tibetan New Year in days; 0 for no holidays.
    private let length: Int
    /// The first days of Spring Festival and Tibetan New Year: the day before the new year.
    private let firsts: [Day]

    /// The holidays from the settings of a rule. A length of 0 means no holidays.
    init(_ settings: Settings) {
        length = settings.whole("holiday_days")
        let spring = Festivals.merged(Festivals.spring, settings.textTable("spring_festival"))
        let tibetan = Festivals.merged(Festivals.tibetan, settings.textTable("tibetan_new_year"))
        firsts = (Array(spring.values) + tibetan.values).map { $0.adding(days: -1) }.sorted()
    }

    /// The number of holidays after `last` and up to `today`. A day that belongs to two holidays
    /// counts once.
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
