import Alerting
import Labor

extension WorkCalendar {
    /// What an operator should see to on a day, with what to do; nil when all is well.
    func warning(on today: Day) -> String? {
        let (what, year) =
            switch shortage(on: today) {
            case nil: ("", 0)
            case .missing(let year)?: ("does not know \(year)", year)
            case .ending(let year, let days)?:
                ("ends on \(year)-12-31, in \(days) \(days == 1 ? "day" : "days")", year + 1)
            }
        guard !what.isEmpty else { return nil }
        return "\(what): add the State Council's notice for \(year) to the file of routing.file, "
            + "calendar: {years: [\(year)], holidays: […], workdays: […]}"
    }
}
