import Labor

/// Clocks, random numbers and sleeping, as functions that tests can replace.
struct Surroundings: Sendable {
    let clock: @Sendable () -> Instant
    let monotonic: @Sendable () -> Double
    let random: @Sendable () -> Double
    let sleep: @Sendable (Double) async throws -> Void

    /// Microseconds on the monotonic clock, rounded to whole numbers so that a due time is reached
    /// exactly.
    var ticks: Int64 { Int64((monotonic() * 1e6).rounded()) }

    /// The value of `ticks` after a number of seconds.
    func ticks(in seconds: Double) -> Int64 { ticks + Int64(seconds * 1e6) }

    /// The wall-clock time of a future `ticks` value, computed from the present wall clock; the
    /// present time for a past value.
    func moment(ofTicks ticks: Int64) -> Instant {
        Instant(microseconds: clock().microseconds + max(0, ticks - self.ticks))
    }
}
