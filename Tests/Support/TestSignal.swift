import Synchronization

/// A value that other tasks and threads change, and for which a test can wait without a clock.
///
/// A wait ends with the change that it waits for, or with `CancellationError`. The time limit of the
/// test cancels its task, so it bounds every wait.
package final class TestSignal<Value: Sendable>: Sendable {
    private struct Waiter: Sendable {
        var holds: @Sendable (Value) -> Bool
        var wake: CheckedContinuation<Value, any Error>
    }

    private struct State: Sendable {
        var value: Value
        var nextID = 0
        var waiters: [Int: Waiter] = [:]
    }

    private let state: Mutex<State>

    /// A signal with its first value.
    package init(_ value: Value) {
        state = Mutex(State(value: value))
    }

    /// The present value.
    package var value: Value { state.withLock { $0.value } }

    /// Changes the value and wakes every task that waits for the new one.
    package func update(_ change: (inout Value) -> Void) {
        let (value, due) = state.withLock { state -> (Value, [Waiter]) in
            change(&state.value)
            let value = state.value
            let due = state.waiters.filter { $0.value.holds(value) }
            for id in due.keys { state.waiters[id] = nil }
            return (value, Array(due.values))
        }
        for waiter in due { waiter.wake.resume(returning: value) }
    }

    /// Waits until a condition holds for the value.
    /// - Returns: the first value that was seen to meet the condition.
    @discardableResult
    package func wait(for holds: @escaping @Sendable (Value) -> Bool) async throws -> Value {
        let id = state.withLock { state in
            state.nextID += 1
            return state.nextID
        }
        return try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation {
                (wake: CheckedContinuation<Value, any Error>) in
                let result = state.withLock { state -> Result<Value, any Error>? in
                    if Task.isCancelled { return .failure(CancellationError()) }
                    if holds(state.value) { return .success(state.value) }
                    state.waiters[id] = Waiter(holds: holds, wake: wake)
                    return nil
                }
                if let result { wake.resume(with: result) }
            }
        } onCancel: {
            state.withLock { $0.waiters.removeValue(forKey: id) }?.wake
                .resume(throwing: CancellationError())
        }
    }
}
