package import Labor

/// The retry schedule: how long to wait before each attempt of one delivery.
package struct RetrySchedule: Hashable, Sendable {
    /// Seconds to wait before each attempt; the first entry is for the first attempt.
    package let waits: [Int64]

    /// The example schedule of Standard Webhooks 1.0.0: ten attempts within 75 h 35 min 5 s.
    package static let standard = RetrySchedule(unchecked: [
        0, 5, 300, 1_800, 7_200, 18_000, 36_000, 50_400, 72_000, 86_400,
    ])

    /// A schedule from the waits before each attempt, seconds.
    /// - Throws: `schedule_invalid` when the list is empty or an entry is negative or above 30
    ///   days.
    package init(waits: [Int64]) throws(ReceiverError) {
        guard !waits.isEmpty, waits.allSatisfy({ (0...2_592_000).contains($0) }) else {
            throw ReceiverError(
                code: "schedule_invalid",
                message: "the retry schedule \(waits) has no entry or one outside 0 to 2592000",
                hint: "list the seconds before each try, such as [0, 5, 300, 1800]")
        }
        self.waits = waits
    }

    private init(unchecked waits: [Int64]) {
        self.waits = waits
    }

    /// When to make the next attempt after `attempt` attempts (1 after the first one); nil when
    /// that was the last.
    ///
    /// `jitter`, in 0 ..< 1, scales the wait evenly between 90 % and 110 %, so that deliveries that
    /// failed together are not retried together.
    package func next(after attempt: Int, now: Instant, jitter: Double) -> Instant? {
        precondition(attempt >= 1, "tries are counted from 1")
        guard attempt < waits.count else { return nil }
        let seconds = Double(waits[attempt]) * (0.9 + 0.2 * jitter)
        return Instant(microseconds: now.microseconds + Int64(seconds * 1_000_000))
    }
}
