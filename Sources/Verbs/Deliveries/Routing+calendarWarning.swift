import Alerting
import Labor

extension Routing {
    /// A warning about the calendar for an operator, with what to do. Nil if the calendar covers
    /// the coming days, or if no route depends on days off.
    func calendarWarning(on today: Day) -> String? {
        guard asksForDaysOff else { return nil }
        let (what, year) =
            switch calendar.shortage(on: today) {
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
