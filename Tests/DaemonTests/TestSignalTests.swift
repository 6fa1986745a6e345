import Support
import Testing

/// A wait for a signal of a test ends with the change, or with the task.
@Suite(.timeLimit(.minutes(20))) struct TestSignalTests {
    @Test func `a wait ends with the change that meets its condition`() async throws {
        let signal = TestSignal(0)
        async let seen = signal.wait { $0 >= 3 }
        for _ in 1...5 { signal.update { $0 += 1 } }
        let value = try await seen
        #expect(value >= 3)
        #expect(signal.value == 5)
    }

    @Test func `a condition that holds already needs no change`() async throws {
        let signal = TestSignal("done")
        let value = try await signal.wait { $0 == "done" }
        #expect(value == "done")
    }

    @Test func `a cancelled task waits no longer`() async {
        let signal = TestSignal(0)
        let task = Task { try await signal.wait { $0 > 0 } }
        task.cancel()
        await #expect(throws: CancellationError.self) { try await task.value }
        #expect(signal.value == 0)
    }
}
