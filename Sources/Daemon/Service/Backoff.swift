/// Waits that grow from one failure to the next, up to a limit, with jitter.
package struct Backoff: Hashable, Sendable {
    /// The first wait, seconds.
    package var first: Double
    /// The longest wait, seconds.
    package var longest: Double
    private var failures = 0

    /// A backoff between two limits, seconds.
    package init(first: Double = 0.5, longest: Double = 60) {
        self.first = first
        self.longest = longest
    }

    /// The next wait, seconds. `random` lies in 0..<1; it spreads waits over ±20 %.
    package mutating func next(random: Double) -> Double {
        let wait = min(longest, first * Double(1 << min(failures, 20)))
        failures += 1
        return wait * (0.8 + 0.4 * random)
    }

    /// Forgets the failures after a success.
    package mutating func reset() {
        failures = 0
    }
}
