/// Exponential backoff with jitter and an upper limit.
package struct Backoff: Hashable, Sendable {
    /// The first wait, seconds.
    package var first: Double
    /// The longest wait before jitter, seconds.
    package var longest: Double
    private var failures = 0

    /// A backoff from its first and longest wait, seconds.
    package init(first: Double = 0.5, longest: Double = 60) {
        self.first = first
        self.longest = longest
    }

    /// The next wait, seconds. `random`, in 0 ..< 1, spreads the wait by ±20 %.
    package mutating func next(random: Double) -> Double {
        let wait = min(longest, first * Double(1 << min(failures, 20)))
        failures += 1
        return wait * (0.8 + 0.4 * random)
    }

    /// Starts again with the first wait, after a success.
    package mutating func reset() {
        failures = 0
    }
}
