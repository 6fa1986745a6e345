import Labor
import Synchronization

/// A rate limit: at most `count` messages within `seconds` seconds.
struct SendRate: Hashable, Sendable {
    var count: Int
    var seconds: Int64
}

/// Keeps the messages to a service within its rate limits.
///
/// The window remembers when each of the last messages was sent, so no time span of the given
/// length contains more messages than allowed. A token bucket would allow almost twice as many in
/// one span after a pause. A service that counts by time span would answer that with a block of
/// several minutes.
final class SendWindow: Sendable {
    private let rates: [SendRate]
    private let sent = Mutex<[Instant]>([])

    init(_ rates: [SendRate]) {
        self.rates = rates
    }

    /// Reserves one message now and returns nil, or returns the seconds to wait until a message is
    /// allowed.
    func take(at now: Instant) -> Int64? {
        let longest = rates.map(\.seconds).max() ?? 0
        return sent.withLock { sent in
            // After the clock was set back, entries in the future are dropped. Otherwise they would
            // block messages for that long.
            sent.removeAll { $0 > now || now.seconds(since: $0) >= Double(longest) }
            let waits = rates.compactMap { rate -> Double? in
                guard sent.count >= rate.count else { return nil }
                let left = Double(rate.seconds) - now.seconds(since: sent[sent.count - rate.count])
                return left > 0 ? left : nil
            }
            if let wait = waits.max() { return Int64(wait.rounded(.up)) }
            sent.append(now)
            return nil
        }
    }
}
