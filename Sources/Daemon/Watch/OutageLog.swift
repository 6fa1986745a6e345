import Labor
import Synchronization

/// The outages of the store that are not yet recorded in the store.
final class OutageLog: Sendable {
    /// The maximum number of outages that wait to be recorded; beyond that the oldest are dropped.
    private static let waitingMax = 10

    private struct State {
        var present: StoreOutage?
        var isTold = false
        var over: [StoreOutage] = []
    }

    private let state = Mutex(State())

    /// Records that the store does not answer; an outage begins or continues.
    /// - Returns: the outage up to now; nil when its notice was already sent.
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

    /// Marks the current outage as notified, so that only one notice is sent.
    func tells() {
        state.withLock { $0.isTold = true }
    }

    /// Stores which receivers accepted the notice of the current outage and which did not.
    func told(_ told: [String], untold: [String]) {
        state.withLock { state in
            state.present?.told = told
            state.present?.untold = untold
        }
    }

    /// Records that the store answered; a current outage is over.
    func answered(at now: Instant) {
        state.withLock { state in
            guard var outage = state.present else { return }
            outage.through = max(outage.since, now)
            state.over = (state.over + [outage]).suffix(OutageLog.waitingMax)
            state.present = nil
            state.isTold = false
        }
    }

    /// The oldest outage that is over and not yet recorded in the store; nil when there is none.
    var next: StoreOutage? { state.withLock { $0.over.first } }

    /// Removes the oldest outage, after it was recorded in the store.
    func entered() {
        state.withLock { state in
            if !state.over.isEmpty { state.over.removeFirst() }
        }
    }
}
