import Labor
import Synchronization

/// What is remembered of a store that does not answer, until it can be entered there.
final class OutageLog: Sendable {
    /// Outages that wait to be entered; beyond, the oldest are forgotten.
    private static let waitingMax = 10

    private struct State {
        var present: StoreOutage?
        var isTold = false
        var over: [StoreOutage] = []
    }

    private let state = Mutex(State())

    /// Notes that the store does not answer; the outage goes on or begins.
    /// - Returns: the outage, as long as it lasts by now; nil when it was told already.
    func isAway(at now: Instant, in zone: Zone, reason: String) -> StoreOutage? {
        state.withLock { state in
            var outage =
                state.present
                ?? StoreOutage(since: now, begin: zone.text(now), reason: reason)
            outage.through = max(outage.since, now)
            state.present = outage
            return state.isTold ? nil : outage
        }
    }

    /// Notes that the present outage is being told, so that it is told once.
    func tells() {
        state.withLock { $0.isTold = true }
    }

    /// Notes who took the notice of the present outage, and who did not.
    func told(_ told: [String], untold: [String]) {
        state.withLock { state in
            state.present?.told = told
            state.present?.untold = untold
        }
    }

    /// Notes that the store answered: an outage that was is over.
    func answered(at now: Instant) {
        state.withLock { state in
            guard var outage = state.present else { return }
            outage.through = max(outage.since, now)
            state.over = (state.over + [outage]).suffix(OutageLog.waitingMax)
            state.present = nil
            state.isTold = false
        }
    }

    /// The oldest outage that is over and not entered yet.
    var next: StoreOutage? { state.withLock { $0.over.first } }

    /// Notes that the oldest was entered.
    func entered() {
        state.withLock { state in
            if !state.over.isEmpty { state.over.removeFirst() }
        }
    }
}
