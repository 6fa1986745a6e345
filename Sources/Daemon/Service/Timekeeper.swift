package import Labor

/// The clocks that a watch lives by, and how it waits: the machine's, or those of a test.
package struct Timekeeper: Sendable {
    /// The wall clock, which may be set.
    package var now: @Sendable () -> Instant
    /// Seconds on a clock that nobody sets.
    package var monotonic: @Sendable () -> Double
    /// Waits so many seconds, or throws when the task is cancelled.
    package var sleep: @Sendable (Double) async throws -> Void

    /// Clocks from their parts.
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
