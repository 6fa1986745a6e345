package import Alerting
import Labor
import Store

/// Holds the lease, the right to evaluate, while some work runs.
///
/// The lease has the same short duration as a daemon's and is renewed after a third of it. When the
/// holder is killed, the next one waits only for that duration, however long the work would have
/// taken.
package struct LeaseKeeper: Sendable {
    /// The store that keeps the lease.
    package let history: any History
    /// The name of the holder.
    package let holder: String
    /// The duration of the lease without renewal, seconds.
    package let seconds: Int
    /// The clock and the sleep function for renewals.
    package let time: Timekeeper

    /// Creates a keeper. Each argument sets the property of the same name.
    package init(history: any History, holder: String, seconds: Int, time: Timekeeper) {
        self.history = history
        self.holder = holder
        self.seconds = seconds
        self.time = time
    }

    /// Takes the lease; nil while another holder has it.
    package func begin() async throws -> Lease? {
        try await history.acquireLease(holder: holder, seconds: seconds)
    }

    /// Why the lease was no longer kept.
    package enum End {
        /// The task was cancelled.
        case stopped
        /// Another holder took the lease, or it could not be renewed before it expired.
        case lost
        /// The callback `renewed` gave the lease up.
        case declined
    }

    /// Renews the lease after each third of its duration, until it is lost, declined or the task is
    /// cancelled.
    /// - Parameters:
    ///   - renewed: called after each renewal; false gives the lease up.
    ///   - failed: called after a failed renewal; further attempts follow until the lease expires.
    package func keep(
        _ lease: Lease, renewed: (Lease) async -> Bool = { _ in true },
        failed: (any Error) async -> Void = { _ in }
    ) async -> End {
        var renewedAt = time.monotonic()
        while !Task.isCancelled {
            do { try await time.sleep(Double(seconds) / 3) } catch { break }
            do {
                guard let held = try await begin(), held.token == lease.token else { return .lost }
                guard await renewed(held) else { return .declined }
                renewedAt = time.monotonic()
            } catch {
                if Task.isCancelled { break }
                let age = time.monotonic() - renewedAt
                await failed(error)
                if age >= Double(seconds) { return .lost }
            }
        }
        return .stopped
    }

    /// Runs the work and renews the lease meanwhile.
    /// - Throws: the error of the work; `leaseLost` when the lease was lost meanwhile, after the
    ///   work was cancelled.
    package func held<R: Sendable>(
        _ lease: Lease, _ work: @escaping @Sendable () async throws -> R
    ) async throws -> R {
        try await withThrowingTaskGroup(of: R?.self) { group in
            group.addTask { try await work() }
            group.addTask {
                guard case .lost = await keep(lease) else { return nil }
                throw StoreError(
                    .leaseLost, "another laborwatch took over the evaluation meanwhile")
            }
            defer { group.cancelAll() }
            while let end = try await group.next() {
                if let end { return end }
            }
            throw CancellationError()
        }
    }
}
