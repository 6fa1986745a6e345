import Labor

/// When the bureau learnt of an event, and from when it counts.
extension Event {
    /// China has one civil time; a day more or less would not matter here.
    static let offsetSeconds = 8 * 3_600

    /// The day on which the bureau learnt of it.
    var learntOn: Day { reportedAt.day(offsetSeconds: Self.offsetSeconds) }

    /// The day from which it is active: when the bureau learnt it, unless that was so late that the
    /// event is history.
    func activeFrom(lateDaysMax: Int) -> Day {
        let late = learntOn.days(since: occurredOn)
        return late > 0 && late <= lateDaysMax ? learntOn : occurredOn
    }
}
