package import Alerting
package import Labor
import Settings
package import Store

/// Applies what people asked for: the only writer of what a person does, beside the cycles of the same
/// evaluator and under the same lease.
///
/// A request is checked as if nobody had checked it before, for whoever may ask may also have written
/// the row by hand. Its change and its answer are one transaction.
package actor StepDesk {
    let components: Components
    let store: PostgresStore
    let pipeline: Pipeline
    private let surroundings: @Sendable (Subject) async -> RegionContext
    /// What the store remembered at the last step, so that only what moved is read again.
    private var memory: Memory?

    /// A desk.
    /// - Parameter surroundings: regions, industries and the enterprise of a subject; empty where
    ///   nobody knows them.
    package init(
        _ components: Components, _ store: PostgresStore,
        surroundings: @escaping @Sendable (Subject) async -> RegionContext
    ) {
        self.components = components
        self.store = store
        self.surroundings = surroundings
        pipeline = components.pipeline()
    }

    /// What was applied, for whoever evaluates and delivers.
    package struct Report: Hashable, Sendable {
        /// How many requests were answered.
        package var answered = 0
        /// Whether there may be something to deliver.
        package var isToTell = false
        /// Whether a silence began or ended, so that what it holds is to be looked at.
        package var movesSilences = false
    }

    /// Answers the requests that wait, in their order.
    ///
    /// - Parameter now: the wall clock.
    /// - Throws: `StoreError` when the lease was lost or the store does not answer; what was not
    ///   answered waits on.
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

    /// What an error means for who asked; nil for one that passes, so that the request waits.
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

    /// What the store remembers now.
    func recall() async throws -> Memory {
        let recalled = try await store.recall(knowing: memory)
        memory = recalled
        return recalled
    }
}

/// One request on its way, with who asked and when.
struct StepTask: Sendable {
    let request: StepRequest
    let actor: Actor
    /// When the person asked; no later than now.
    let at: Instant
    /// When it is applied.
    let now: Instant
    let lease: Lease

    /// Who asked, and when.
    var stamp: Stamp { Stamp(at: at, actor: actor) }
}
