import Alerting
import Labor
import Logging

extension Watch {
    /// What there is to do while the store does not answer: once it has lasted for as long as the
    /// rules say, those whom the routing names are told past the store, once an outage.
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

    /// Notes that the store answered, and enters what happened meanwhile as soon as we may write.
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
                    "the store's outage was not entered yet", metadata: ["error": "\(error)"])
                return
            }
        }
    }

    /// Says that this machine's clock and the store's differ, by the store's, and delivers it: no
    /// courier runs while nothing is evaluated.
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
                "that the clocks differ could not be told", metadata: ["error": "\(error)"])
        }
    }

    /// What the store's clock said when it gave the lease.
    func storeTime(_ lease: Lease) -> Instant {
        lease.expiresAt.adding(seconds: -Int64(parts.leaseSeconds))
    }

    /// Runs something that may take long, unless we are told to stop.
    func unless(_ stop: Latch, _ body: @escaping @Sendable () async -> Void) async {
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await stop.wait() }
            group.addTask { await body() }
            await group.next()
            group.cancelAll()
        }
    }
}
