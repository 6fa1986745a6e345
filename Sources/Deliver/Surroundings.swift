import Labor

/// The outer world as a lane sees it.
struct Surroundings: Sendable {
    let clock: @Sendable () -> Instant
    let monotonic: @Sendable () -> Double
    let random: @Sendable () -> Double
    let sleep: @Sendable (Double) async throws -> Void

    /// Microseconds on the clock that nobody sets; whole, so that a time is reached exactly.
    var ticks: Int64 { Int64((monotonic() * 1e6).rounded()) }

    /// What `ticks` will be after so many seconds.
    func ticks(in seconds: Double) -> Int64 { ticks + Int64(seconds * 1e6) }

    /// When that will be by the wall clock as it stands; now, if it has been.
    func moment(ofTicks ticks: Int64) -> Instant {
        Instant(microseconds: clock().microseconds + max(0, ticks - self.ticks))
    }
}
