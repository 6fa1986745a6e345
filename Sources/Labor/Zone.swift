/// A time zone as the core needs it: a name and the offset at an instant.
///
/// The table of zones belongs to the system; the daemon hands it in as a function, so that the
/// pure rooms stay free of it.
package struct Zone: Sendable {
    /// The name, `Asia/Shanghai`.
    package let name: String
    private let offset: @Sendable (Instant) -> Int

    /// A zone from its name and its offset in seconds east of UTC at an instant.
    package init(name: String, offset: @escaping @Sendable (Instant) -> Int) {
        self.name = name
        self.offset = offset
    }

    /// A zone with one offset all year, in seconds east of UTC.
    package init(name: String, fixed seconds: Int) {
        self.init(name: name) { _ in seconds }
    }

    /// China's only zone, eight hours ahead all year.
    package static let shanghai = Zone(name: "Asia/Shanghai", fixed: 8 * 3600)
    /// Universal time.
    package static let utc = Zone(name: "UTC", fixed: 0)

    /// The offset in seconds east of UTC.
    package func offsetSeconds(at instant: Instant) -> Int {
        offset(instant)
    }

    /// The civil day of an instant here.
    package func day(_ instant: Instant) -> Day {
        instant.day(offsetSeconds: offset(instant))
    }

    /// An instant as RFC 3339 text with this zone's offset.
    package func text(_ instant: Instant) -> String {
        instant.rfc3339(offsetSeconds: offset(instant))
    }

    /// The last microsecond of a civil day here: what `--as-of DAY` means.
    package func end(of day: Day) -> Instant {
        let next = day.adding(days: 1)
        let guess = next.start(offsetSeconds: offset(next.start(offsetSeconds: 0)))
        return Instant(
            microseconds: next.start(offsetSeconds: offset(guess)).microseconds - 1)
    }

    /// What "as of this instant" means here.
    package func asOf(_ instant: Instant) -> AsOf {
        AsOf(instant: instant, day: day(instant))
    }

    /// What "as of this day" means here: the day's end.
    package func asOf(_ day: Day) -> AsOf {
        AsOf(instant: end(of: day), day: day)
    }
}
