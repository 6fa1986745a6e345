import Alerting
import Labor
import Store

/// The right to evaluate, held while a piece of work goes on and not much longer.
///
/// The lease is as short as a daemon's and renewed at a third of its life. Whoever holds it and is
/// killed keeps the next one waiting for that short life only, however long the work would have
/// taken.
struct Tenure: Sendable {
    let history: any History
    /// Who holds it.
    let holder: String
    /// How long it lasts without renewal, seconds.
    let seconds: Int

    /// Takes the right; nil while another holds it.
    func begin() async throws -> Lease? {
        try await history.acquireLease(holder: holder, seconds: seconds)
    }

    /// Does the work and renews the lease beside it.
    /// - Throws: what the work throws; `leaseLost` when another took the right meanwhile, or when
    ///   it could not be renewed in its life. Then the work is cancelled.
    func held<R: Sendable>(
        _ lease: Lease, _ work: @escaping @Sendable () async throws -> R
    ) async throws -> R {
        try await withThrowingTaskGroup(of: R?.self) { group in
            group.addTask { try await work() }
            group.addTask {
                try await renew(lease)
                return nil
            }
            defer { group.cancelAll() }
            while let end = try await group.next() {
                if let end { return end }
            }
            throw CancellationError()
        }
    }

    /// Ends only when the lease is lost, or when told to.
    private func renew(_ lease: Lease) async throws {
        var renewedAt = SystemClock.monotonic()
        while !Task.isCancelled {
            do { try await Task.sleep(for: .seconds(Double(seconds) / 3)) } catch { return }
            do {
                guard try await begin()?.token == lease.token else { throw lost }
                renewedAt = SystemClock.monotonic()
            } catch let error as StoreError where error.code == .leaseLost {
                throw error
            } catch {
                if Task.isCancelled { return }
                if SystemClock.monotonic() - renewedAt >= Double(seconds) { throw lost }
            }
        }
    }

    private var lost: StoreError {
        StoreError(.leaseLost, "another laborwatch took over the evaluation meanwhile")
    }
}
