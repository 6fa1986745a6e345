import Alerting
import Daemon
import Labor
import Store
import Support
import Verbs

/// What people ask for, applied under the lease of the test as the evaluator does.
extension Bench {
    /// The account that asks from here, and the names that stand beside it.
    func actor(for name: String? = nil) async throws -> Actor {
        let account = try await texts("SELECT session_user::text").first ?? ""
        return StepRequest(
            id: 0, verb: .note, account: account, login: try Account.here(), onBehalfOf: name,
            askedAt: SystemClock.now()
        ).actor
    }
}

extension Components {
    /// Asks for a step at a moment and applies it as the holder of the test's lease.
    @discardableResult
    func apply(
        _ step: PersonStep, at moment: Instant, _ bench: Bench
    ) async throws -> StepAnswer {
        let store = try await store()
        guard let lease = try await store.acquireLease(holder: "test", seconds: 600) else {
            throw NotInTime(what: "the lease of the test")
        }
        _ = try await store.ask(
            step.verb, step.subject, step.arguments, login: nil, onBehalfOf: nil)
        guard var request = try await store.pendingRequests().last else {
            throw NotInTime(what: "the request")
        }
        request.askedAt = moment
        let desk = StepDesk(self, store) { _ in RegionContext(regions: RegionTree([])) }
        let answer = try await desk.apply(request, under: lease, at: moment)
        await store.close()
        return answer
    }
}

extension PostgresStore {
    /// Makes a silence under the lease of the test.
    @discardableResult
    func silence(
        _ matcher: SilenceMatcher, from start: Instant, to end: Instant
    ) async throws -> Int64 {
        guard let lease = try await acquireLease(holder: "test", seconds: 600) else {
            throw NotInTime(what: "the lease of the test")
        }
        let result = try await carryOut(
            .addSilence(matcher, from: start, to: end, reason: "r", by: "c", at: start),
            under: lease)
        if case .int(let id)? = result["silence"] { return id }
        return 0
    }
}
