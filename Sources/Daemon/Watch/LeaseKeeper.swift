package import Alerting
import Labor
import Store

/// The right to evaluate, held while a piece of work goes on and not much longer.
///
/// The lease is as short as a daemon's and renewed at a third of its life. Whoever holds it and is
/// killed keeps the next one waiting for that short life only, however long the work would have
/// taken.
package struct LeaseKeeper: Sendable {
    package let history: any History
    /// Who holds it.
    package let holder: String
    /// How long it lasts without renewal, seconds.
    package let seconds: Int
    /// The clock and the sleep between renewals.
    package let time: Timekeeper

    /// A keeper from its parts.
    package init(history: any History, holder: String, seconds: Int, time: Timekeeper) {
        self.history = history
        self.holder = holder
        self.seconds = seconds
        self.time = time
    }

    /// Takes the right; nil while another holds it.
    package func begin() async throws -> Lease? {
        try await history.acquireLease(holder: holder, seconds: seconds)
    }

    /// How the keeping of the right came to its end.
    package enum End {
        /// Somebody told it to stop.
        case stopped
        /// Another took it meanwhile, or it could not be renewed in its life.
        case lost
        /// The holder does not want it any longer.
        case declined
    }

    /// Renews the lease at a third of its life until it is lost or told to stop.
    /// - Parameters:
    ///   - renewed: what to do with each renewal; false gives the right up.
    ///   - failed: what to do when a renewal failed; there are more tries in its life.
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

    /// Does the work and renews the lease beside it.
    /// - Throws: what the work throws; `leaseLost` when the right was lost meanwhile. Then the work
    ///   is cancelled.
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
