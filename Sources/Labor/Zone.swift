/// A time zone as the core needs it: a name and the UTC offset at an instant.
///
/// The operating system owns the table of time zones. The daemon passes the offset in as a
/// function, so that the pure modules do not depend on the system.
package struct Zone: Sendable {
    /// The name, `Asia/Shanghai`.
    package let name: String
    private let offset: @Sendable (Instant) -> Int

    /// A zone from its name and a function that gives the offset in seconds east of UTC at an
    /// instant.
    package init(name: String, offset: @escaping @Sendable (Instant) -> Int) {
        self.name = name
        self.offset = offset
    }

    /// A zone with a constant offset, in seconds east of UTC.
    package init(name: String, fixed seconds: Int) {
        self.init(name: name) { _ in seconds }
    }

    /// China's only time zone, UTC+8 all year.
    package static let shanghai = Zone(name: "Asia/Shanghai", fixed: 8 * 3600)
    /// Universal time.
    package static let utc = Zone(name: "UTC", fixed: 0)

    /// The offset at an instant, in seconds east of UTC.
    package func offsetSeconds(at instant: Instant) -> Int {
        offset(instant)
    }

    /// The civil day of an instant in this zone.
    package func day(_ instant: Instant) -> Day {
        instant.day(offsetSeconds: offset(instant))
    }

    /// An instant as RFC 3339 text with this zone's offset.
    package func text(_ instant: Instant) -> String {
        instant.rfc3339(offsetSeconds: offset(instant))
    }

    /// The last microsecond of a civil day in this zone; the as-of of `--as-of DAY`.
    package func end(of day: Day) -> Instant {
        let next = day.adding(days: 1)
        let guess = next.start(offsetSeconds: offset(next.start(offsetSeconds: 0)))
        return Instant(
            microseconds: next.start(offsetSeconds: offset(guess)).microseconds - 1)
    }

    /// The as-of of an instant in this zone.
    package func asOf(_ instant: Instant) -> AsOf {
        AsOf(instant: instant, day: day(instant))
    }

    /// The as-of of a civil day in this zone: the last microsecond of the day.
    package func asOf(_ day: Day) -> AsOf {
        AsOf(instant: end(of: day), day: day)
    }
}
