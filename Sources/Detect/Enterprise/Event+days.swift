import Labor

/// The day on which the bureau received an event, and the day from which the event counts.
extension Event {
    /// The offset of China's civil time, seconds. China has one time zone; an error of a day would
    /// not matter here.
    static let offsetSeconds = 8 * 3_600

    /// The day on which the bureau received the event.
    var learntOn: Day { reportedAt.day(offsetSeconds: Self.offsetSeconds) }

    /// The day from which the event is active. This is the day on which the bureau received it, if
    /// that was at most `lateDaysMax` days after the event; otherwise the day of the event.
    func activeFrom(lateDaysMax: Int) -> Day {
        let late = learntOn.days(since: occurredOn)
        return late > 0 && late <= lateDaysMax ? learntOn : occurredOn
    }
}
