import Daemon
import Testing

/// Waits between failures grow, and end with a success.
struct BackoffTests {
    @Test func `each wait is twice the one before, up to the longest`() {
        var backoff = Backoff(first: 0.5, longest: 5)
        let waits = (0..<6).map { _ in backoff.next(random: 0.5) }
        #expect(waits == [0.5, 1, 2, 4, 5, 5])
    }

    @Test func `a success begins anew`() {
        var backoff = Backoff(first: 1, longest: 60)
        _ = (0..<4).map { _ in backoff.next(random: 0.5) }
        backoff.reset()
        #expect(backoff.next(random: 0.5) == 1)
    }

    @Test(arguments: [(0.0, 8.0), (0.5, 10.0), (0.999_999, 12.0)])
    func `jitter moves a wait by a fifth at most`(random: Double, wait: Double) {
        var backoff = Backoff(first: 10, longest: 60)
        #expect(abs(backoff.next(random: random) - wait) < 0.001)
    }

    @Test func `a thousand failures overflow nothing`() {
        var backoff = Backoff()
        let waits = (0..<1_000).map { _ in backoff.next(random: 0.5) }
        #expect(waits.last == 60)
    }
}
