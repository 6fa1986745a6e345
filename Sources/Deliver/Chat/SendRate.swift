import Labor
import Synchronization

/// So many messages within so many seconds.
struct SendRate: Hashable, Sendable {
    var count: Int
    var seconds: Int64
}

/// Keeps what is sent within the rates of a service.
///
/// It remembers when each of the last messages went out, so that no span of the given length ever
/// holds more than the rate. A bucket that fills steadily would let almost twice as many through in
/// one span after a rest, and a service that counts by spans answers that with a ban of minutes.
final class SendWindow: Sendable {
    private let rates: [SendRate]
    private let sent = Mutex<[Instant]>([])

    init(_ rates: [SendRate]) {
        self.rates = rates
    }

    /// Takes a place now, or says in how many seconds there will be one.
    func take(at now: Instant) -> Int64? {
        let longest = rates.map(\.seconds).max() ?? 0
        return sent.withLock { sent in
            // A clock that was set back must not lock us out for as long as it was set back.
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
