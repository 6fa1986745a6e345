package import Labor

/// The clocks and the sleep function of a watch: those of the machine, or those of a test.
package struct Timekeeper: Sendable {
    /// The wall clock, which can be set.
    package var now: @Sendable () -> Instant
    /// Seconds on the monotonic clock.
    package var monotonic: @Sendable () -> Double
    /// Waits a number of seconds; throws when the task is cancelled.
    package var sleep: @Sendable (Double) async throws -> Void

    /// Creates a timekeeper. Each argument sets the property of the same name.
    package init(
        now: @escaping @Sendable () -> Instant, monotonic: @escaping @Sendable () -> Double,
        sleep: @escaping @Sendable (Double) async throws -> Void
    ) {
        self.now = now
        self.monotonic = monotonic
        self.sleep = sleep
    }

    /// This machine's clocks.
    package static let machine = Timekeeper(
        now: SystemClock.now, monotonic: SystemClock.monotonic,
        sleep: { try await Task.sleep(for: .seconds($0)) })
}
