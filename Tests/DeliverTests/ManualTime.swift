import Labor
import Synchronization

/// A clock that only the test advances.
final class ManualClock: Sendable {
    private let instant = Mutex(morning)

    var now: Instant { instant.withLock { $0 } }

    func advance(seconds: Double) {
        instant.withLock { $0.microseconds += Int64(seconds * 1_000_000) }
    }

    func set(_ moment: Instant) { instant.withLock { $0 = moment } }

    func advance(to later: Instant) {
        instant.withLock { $0 = max($0, later) }
    }
}

/// Sleeps that end on the test's command, or when the task is cancelled.
final class ManualSleep: Sendable {
    private struct State {
        var sleepers: [Int: AsyncStream<Void>.Continuation] = [:]
        var count = 0
    }

    /// The duration of every sleep, in seconds, when it begins.
    let begun: AsyncStream<Double>
    private let report: AsyncStream<Double>.Continuation
    private let state = Mutex(State())

    init() {
        (begun, report) = AsyncStream.makeStream(of: Double.self)
    }

    @Sendable func rest(seconds: Double) async throws {
        let (stream, continuation) = AsyncStream.makeStream(of: Void.self)
        state.withLock { state in
            state.count += 1
            state.sleepers[state.count] = continuation
        }
        report.yield(seconds)
        for await _ in stream {}
        try Task.checkCancellation()
    }

    /// Ends every running sleep.
    func endAll() {
        let sleepers = state.withLock { state in
            defer { state.sleepers = [:] }
            return Array(state.sleepers.values)
        }
        for sleeper in sleepers { sleeper.finish() }
    }
}
