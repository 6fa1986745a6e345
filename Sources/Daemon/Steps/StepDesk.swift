package import Alerting
package import Labor
import Settings
package import Store

/// Applies the steps that persons request. Only the evaluating daemon does this, between its cycles
/// and under the same lease, so that nobody else writes steps of persons.
///
/// A request is checked completely, because an account that may insert requests can also insert one
/// by hand. The change and the answer to the request are one transaction.
package actor StepDesk {
    let components: Components
    let store: PostgresStore
    let pipeline: Pipeline
    private let surroundings: @Sendable (Subject) async -> RegionContext
    /// The state of the store after the last step, so that only changed parts are read again; nil
    /// before the first step.
    private var memory: Memory?

    /// Creates a desk.
    /// - Parameter surroundings: returns regions, industries and the enterprise of a subject; empty
    ///   when they are not known.
    package init(
        _ components: Components, _ store: PostgresStore,
        surroundings: @escaping @Sendable (Subject) async -> RegionContext
    ) {
        self.components = components
        self.store = store
        self.surroundings = surroundings
        pipeline = components.pipeline()
    }

    /// The result of applying requests. The watch uses it to decide what to do next.
    package struct Report: Hashable, Sendable {
        /// The number of requests that were answered.
        package var answered = 0
        /// Whether new deliveries may be pending.
        package var isToTell = false
        /// Whether a silence was added or ended, so that held deliveries must be checked again.
        package var movesSilences = false
    }

    /// Answers the pending requests in their order.
    ///
    /// - Parameter now: the wall clock.
    /// - Throws: `StoreError` when the lease was lost or the store does not answer. Requests that
    ///   were not answered stay pending.
    package func applyPending(
        under lease: Lease, now: @Sendable () -> Instant
    ) async throws -> Report {
        var report = Report()
        while true {
            let requests = try await store.pendingRequests()
            guard !requests.isEmpty else { return report }
            for request in requests {
                let answer = try await apply(request, under: lease, at: now())
                report.answered += 1
                guard answer.exitCode == 0 else { continue }
                switch request.verb {
                case .acknowledge, .resolve, .deliveriesRetry, .receiverEnable, .receiverAnswers:
                    report.isToTell = true
                case .silenceAdd, .silenceExpire: report.movesSilences = true
                default: break
                }
            }
        }
    }

    /// Answers one request.
    package func apply(
        _ request: StepRequest, under lease: Lease, at now: Instant
    ) async throws -> StepAnswer {
        do {
            let task = StepTask(
                request: request, actor: request.actor, at: min(request.askedAt, now), now: now,
                lease: lease)
            return try await carryOut(PersonStep(request), task)
        } catch {
            guard let refusal = StepDesk.refusal(error) else { throw error }
            do {
                try await store.refuse(request.id, refusal, under: lease)
            } catch let error as StoreError where error.code == .refused {
                // Somebody answered it meanwhile.
            }
            return refusal
        }
    }

    /// The answer to the requester for an error; nil for a temporary error, after which the request
    /// stays pending.
    private static func refusal(_ error: any Error) -> StepAnswer? {
        if error is CancellationError { return nil }
        if let error = error as? StoreError {
            switch error.code {
            case .unreachable, .timedOut, .missingSchema, .wrongVersion, .missingPrivilege,
                .leaseLost, .episodeMoved:
                return nil
            case .notFound, .ambiguous, .malformed, .refused, .damaged, .server:
                if error.isRetryable { return nil }
            }
        }
        let failure = Failure(error)
        return StepAnswer(
            exitCode: Int(failure.exitCode), failure.message,
            hint: failure.hint.isEmpty ? nil : failure.hint)
    }

    /// Regions, industries and the enterprise of a subject.
    func regionContext(of subject: Subject) async -> RegionContext { await surroundings(subject) }

    /// The current state of the store; only changed parts are read.
    func recall() async throws -> Memory {
        let recalled = try await store.recall(knowing: memory)
        memory = recalled
        return recalled
    }
}

/// One request that is being applied, with the person and the time of the request.
struct StepTask: Sendable {
    let request: StepRequest
    let actor: Actor
    /// When the person made the request; never later than `now`.
    let at: Instant
    /// When the request is applied.
    let now: Instant
    let lease: Lease

    /// The person and the time of the request.
    var stamp: Stamp { Stamp(at: at, actor: actor) }
}
