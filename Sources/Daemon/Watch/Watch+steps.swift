package import Alerting
import Deliver
package import Labor
import Logging
package import Postgres
import Store

/// How a watch hears of people's requests and answers them.
package struct StepIntake: Sendable {
    /// The store, where the function `laborwatch.ask` notifies.
    package var listening: ConnectionOptions
    /// Answers what waits, under the lease and by this wall clock.
    package var apply: @Sendable (Lease, @Sendable () -> Instant) async throws -> StepDesk.Report

    /// Creates an intake. Each argument sets the property of the same name.
    package init(
        listening: ConnectionOptions,
        apply:
            @escaping @Sendable (Lease, @Sendable () -> Instant) async throws ->
            StepDesk.Report
    ) {
        self.listening = listening
        self.apply = apply
    }
}

extension Watch {
    /// Answers requests at each ring of their bell, beside the cycles and without waiting for them:
    /// a cycle that met the same alert is made again from what was read already.
    func answerSteps(
        _ lease: Lease, _ waking: AsyncStream<Void>.Continuation
    ) async -> TermEnd {
        while !Task.isCancelled {
            await stepBell.heard()
            if Task.isCancelled { break }
            guard await takeSteps(lease, waking) else { return .leaseLost }
        }
        return .stopped
    }

    /// Answers what waits; what cannot be answered now is tried again at the next ring.
    /// - Returns: false when the lease was lost.
    @discardableResult
    func takeSteps(
        _ lease: Lease, _ waking: AsyncStream<Void>.Continuation
    ) async -> Bool {
        guard let steps = parts.steps else { return true }
        do {
            let report = try await steps.apply(lease, parts.time.now)
            if report.answered > 0 {
                logger.info("requests answered", metadata: ["count": "\(report.answered)"])
            }
            if report.isToTell { waking.yield() }
            if report.movesSilences { bell.ring() }
            return true
        } catch let error as StoreError where error.code == .leaseLost {
            return false
        } catch {
            if !Task.isCancelled {
                logger.warning(
                    "requests wait for the next look", metadata: ["error": "\(error)"])
            }
            return true
        }
    }
}
