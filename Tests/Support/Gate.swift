/// Limits how many tests use the server at the same time, because its connections are limited.
actor Gate {
    static let shared = Gate(limit: 16)
    /// Whether this task has already passed the gate. A nested call must not wait for the outer
    /// call.
    @TaskLocal private static var isInside = false

    private var free: Int
    private var waiting: [CheckedContinuation<Void, Never>] = []

    init(limit: Int) {
        free = limit
    }

    /// Runs `body` as soon as fewer tests than the limit are running.
    nonisolated func pass<R>(_ body: () async throws -> R) async throws -> R {
        if Gate.isInside { return try await body() }
        await enter()
        let outcome: Result<R, any Error>
        do {
            outcome = .success(try await Gate.$isInside.withValue(true) { try await body() })
        } catch {
            outcome = .failure(error)
        }
        await leave()
        return try outcome.get()
    }

    private func enter() async {
        guard free == 0 else {
            free -= 1
            return
        }
        await withCheckedContinuation { waiting.append($0) }
    }

    private func leave() {
        if waiting.isEmpty {
            free += 1
        } else {
            waiting.removeFirst().resume()
        }
    }
}
