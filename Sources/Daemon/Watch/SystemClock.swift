import Glibc
package import Labor

/// The machine's clocks; the only place that asks what time it is.
package enum SystemClock {
    /// The wall clock.
    @Sendable package static func now() -> Instant {
        let time = read(CLOCK_REALTIME)
        return Instant(microseconds: time.seconds * 1_000_000 + time.nanoseconds / 1_000)
    }

    /// Seconds on the clock that never jumps.
    @Sendable package static func monotonic() -> Double {
        let time = read(CLOCK_MONOTONIC)
        return Double(time.seconds) + Double(time.nanoseconds) / 1e9
    }

    private static func read(_ clock: clockid_t) -> (seconds: Int64, nanoseconds: Int64) {
        var time = timespec()
        clock_gettime(clock, &time)
        return (Int64(time.tv_sec), Int64(time.tv_nsec))
    }
}
