import Alerting
import Labor
import Logging

extension Watch {
    /// Handles a store that does not answer. When the outage has lasted as long as the rules
    /// require, the receivers of the routing are notified without the store, once per outage.
    func storeIsAway(_ error: any Error) async {
        guard parts.replay == nil, !(error is CancellationError), !Task.isCancelled else { return }
        let reason = "\(error)".split(whereSeparator: \.isNewline).joined(separator: " ")
        let now = parts.time.now()
        guard let outage = outages.isAway(at: now, in: parts.zone, reason: reason),
            let emergency = parts.emergency
        else { return }
        let result = parts.engine.notice(of: outage, in: parts.zone)
        guard !result.notices.isEmpty else { return }
        outages.tells()
        let (told, untold) = await emergency.tell(result) { [manager] in manager.alive() }
        outages.told(told, untold: untold)
        logger.critical(
            "the store does not answer; a notice went past it and is not on record yet",
            metadata: [
                "since": "\(outage.begin)", "told": "\(told.joined(separator: " "))",
                "untold": "\(untold.joined(separator: " "))",
            ])
    }

    /// Records that the store answers. With a lease, the past outages are also written to the
    /// store.
    func storeAnswered(_ lease: Lease?) async {
        outages.answered(at: parts.time.now())
        guard let lease else { return }
        while var outage = outages.next {
            outage.isRecorded = true
            do {
                let isSaid = try await parts.engine.record(outage, in: parts.zone, lease: lease)
                outages.entered()
                logger.notice(
                    "the store answers again",
                    metadata: ["since": "\(outage.begin)", "alert": "\(isSaid)"])
            } catch {
                logger.warning(
                    "the outage of the store is not recorded yet", metadata: ["error": "\(error)"])
                return
            }
        }
    }

    /// Raises an alert that the clocks of this machine and of the store differ, dated by the
    /// store's clock, and delivers it at once. No courier runs while evaluation is suspended.
    func tellOfClocks(_ lease: Lease) async {
        let theirs = storeTime(lease)
        let lead = parts.time.now().seconds(since: theirs)
        do {
            _ = try await parts.engine.systemCycle(
                asOf: parts.zone.asOf(theirs), at: theirs, lease: lease)
            try await parts.deliverOnce(lead)
        } catch {
            if Task.isCancelled { return }
            logger.warning(
                "the alert about differing clocks was not written", metadata: ["error": "\(error)"])
        }
    }

    /// The store's clock when it granted the lease.
    func storeTime(_ lease: Lease) -> Instant {
        lease.expiresAt.adding(seconds: -Int64(parts.leaseSeconds))
    }

    /// Runs `body`, which may take long, and cancels it when the watch is asked to stop.
    func unless(_ stop: Latch, _ body: @escaping @Sendable () async -> Void) async {
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await stop.wait() }
            group.addTask { await body() }
            await group.next()
            group.cancelAll()
        }
    }
}
