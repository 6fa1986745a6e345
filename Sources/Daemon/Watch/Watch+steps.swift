package import Alerting
import Deliver
package import Labor
import Logging
package import Postgres
import Store

/// The access of a watch to the requests of persons: how it is notified of them and how it answers
/// them.
package struct StepIntake: Sendable {
    /// The connection to the store, on which the function `laborwatch.ask` sends its notifications.
    package var listening: ConnectionOptions
    /// Answers the pending requests under the lease, with this wall clock.
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
    /// Answers requests at each ring of their bell, in parallel with the cycles. If a cycle and a
    /// step change the same alert at the same time, the one that is written second is repeated with
    /// the new state of the alert. A repeated cycle does not read the source again.
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

    /// Answers the pending requests. A request that cannot be answered now is tried again at the
    /// next ring.
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
