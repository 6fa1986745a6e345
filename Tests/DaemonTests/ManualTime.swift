import Daemon
import Labor
import Support
import Synchronization

/// Clocks that stand still until a test moves them on, and wake whoever waits for the time that has
/// come then.
final class ManualTime: Sendable {
    private struct Sleeper {
        var until: Double
        var wake: CheckedContinuation<Void, any Error>
    }

    private struct State {
        var passed = 0.0
        var nextID = 0
        var sleepers: [Int: Sleeper] = [:]
    }

    private let state = Mutex(State())
    /// How many tasks sleep.
    private let sleeping = TestSignal(0)
    private let start: Instant

    /// Clocks whose wall clock begins so many seconds ahead of the machine's.
    init(ahead: Int64 = 0) {
        start = SystemClock.now().adding(seconds: ahead)
    }

    /// What a watch lives by.
    var timekeeper: Timekeeper {
        Timekeeper(
            now: { [self] in start.adding(seconds: Int64(passed)) },
            monotonic: { [self] in passed }, sleep: { [self] in try await wait($0) })
    }

    /// Seconds that have passed.
    var passed: Double { state.withLock { $0.passed } }

    /// Lets time pass, once as many tasks sleep as the test expects: whoever still works is waited
    /// for.
    /// - Returns: whether time passed.
    @discardableResult
    func pass(_ seconds: Double, whenAsleep count: Int) -> Bool {
        let due = state.withLock { state -> [Sleeper]? in
            guard state.sleepers.count >= count else { return nil }
            state.passed += seconds
            let due = state.sleepers.filter { $0.value.until <= state.passed }
            for id in due.keys { state.sleepers[id] = nil }
            return Array(due.values)
        }
        for sleeper in due ?? [] {
            sleeping.update { $0 -= 1 }
            sleeper.wake.resume()
        }
        return due != nil
    }

    /// Waits until as many tasks sleep as the test expects, then lets time pass.
    func pass(_ seconds: Double, onceAsleep count: Int) async throws {
        repeat {
            try await sleeping.wait { $0 >= count }
        } while !pass(seconds, whenAsleep: count)
    }

    private func wait(_ seconds: Double) async throws {
        let id = state.withLock { state in
            state.nextID += 1
            return state.nextID
        }
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                let isOver = state.withLock { state in
                    if Task.isCancelled { return true }
                    state.sleepers[id] = Sleeper(
                        until: state.passed + seconds, wake: continuation)
                    return false
                }
                if isOver {
                    continuation.resume(throwing: CancellationError())
                } else {
                    sleeping.update { $0 += 1 }
                }
            }
        } onCancel: {
            if let sleeper = state.withLock({ $0.sleepers.removeValue(forKey: id) }) {
                sleeping.update { $0 -= 1 }
                sleeper.wake.resume(throwing: CancellationError())
            }
        }
    }
}
