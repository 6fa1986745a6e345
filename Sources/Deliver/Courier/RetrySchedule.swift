package import Labor

/// How long to wait before each try of one delivery.
package struct RetrySchedule: Hashable, Sendable {
    /// Seconds to wait before each try; the first entry belongs to the first try.
    package let waits: [Int64]

    /// The example schedule of Standard Webhooks 1.0.0: ten tries within 75 h 35 min 5 s.
    package static let standard = RetrySchedule(unchecked: [
        0, 5, 300, 1_800, 7_200, 18_000, 36_000, 50_400, 72_000, 86_400,
    ])

    /// A schedule from the waits in seconds before each try.
    /// - Throws: when there is none, or one is negative or longer than 30 days.
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

    /// When to try again after so many tries (1 after the first one); nil when that was the last.
    ///
    /// `jitter` from 0 up to 1 moves the wait evenly between 90 % and 110 %, so that what failed
    /// together does not come back together.
    package func next(after attempt: Int, now: Instant, jitter: Double) -> Instant? {
        precondition(attempt >= 1, "tries are counted from 1")
        guard attempt < waits.count else { return nil }
        let seconds = Double(waits[attempt]) * (0.9 + 0.2 * jitter)
        return Instant(microseconds: now.microseconds + Int64(seconds * 1_000_000))
    }
}
