import Alerting
import Deliver
import Labor
import Logging
import Store

extension Watch {
    /// Runs cycles until the task is cancelled or the lease is lost. The next cycle starts after
    /// the poll interval or a ring of the bell.
    func evaluate(
        _ lease: Lease, _ waking: AsyncStream<Void>.Continuation
    ) async -> TermEnd {
        var backoff = Backoff(first: 1)
        var keptDay: Day?
        while !Task.isCancelled {
            let now = parts.time.now()
            let asOf = parts.zone.asOf(now)
            switch await cycle(asOf: asOf, at: now, lease, waking) {
            case .done:
                backoff.reset()
                stepBell.ring()
                await keepHouse(on: asOf.day, at: now, &keptDay)
                await idle()
            case .failed:
                stepBell.ring()
                let wait = backoff.next(random: .random(in: 0..<1))
                try? await nap(min(wait, parts.intervalSeconds))
            case .leaseLost: return .leaseLost
            }
        }
        return .stopped
    }

    /// Waits for the next poll or a ring. A long interval is split into slices, so that this loop
    /// itself reports to the watchdog.
    private func idle() async {
        var left = parts.intervalSeconds
        let slice = manager.watchdogSeconds.map { $0 / 3 } ?? left
        while left > 0 {
            if await bell.wait(seconds: min(left, slice), parts.time) { return }
            left -= slice
            manager.alive()
        }
    }

    /// Removes records that are older than their retention, once a day.
    private func keepHouse(on day: Day, at now: Instant, _ keptDay: inout Day?) async {
        guard keptDay != day else { return }
        keptDay = day
        do {
            try await parts.keepHouse(now)
        } catch {
            logger.warning("old records were not removed", metadata: ["error": "\(error)"])
        }
    }

    /// Evaluates the remaining days of a replay, then waits until all deliveries are done.
    func replay(
        _ replay: Replay, _ lease: Lease, _ waking: AsyncStream<Void>.Continuation
    ) async -> TermEnd {
        do {
            let last = try await parts.history.recall().lastAsOf
            for day in replay.days where !Task.isCancelled {
                let asOf = parts.zone.asOf(day)
                if let last, asOf.instant <= last { continue }
                var backoff = Backoff()
                attempts: while !Task.isCancelled {
                    switch await cycle(asOf: asOf, at: asOf.instant, lease, waking) {
                    case .done:
                        stepBell.ring()
                        try await letDeliver()
                        break attempts
                    case .leaseLost: return .leaseLost
                    case .failed:
                        let wait = backoff.next(random: .random(in: 0..<1))
                        try await nap(wait)
                    }
                }
            }
            while try await parts.outbox.nextDue(receivers: parts.receivers) != nil {
                waking.yield()
                try await parts.time.sleep(0.02)
                manager.stillWorking()
            }
            return Task.isCancelled ? .stopped : .replayed
        } catch {
            return Task.isCancelled ? .stopped : .broken
        }
    }

    /// Waits until the due deliveries are done, at most about 2 s, so that receivers get the days
    /// in order. A delivery that waits for a later retry is not waited for.
    private func letDeliver() async throws {
        for _ in 0..<400 {
            // `nextDue` also counts a claimed delivery, at the end of its claim, and a failed one,
            // at its next attempt.
            let next = try await parts.outbox.nextDue(receivers: parts.receivers)
            guard next != nil else { return }
            try await parts.time.sleep(0.005)
        }
    }

    /// Raises an alert about failed cycles, as long as the store can be written.
    private func sayHowWeFare(
        asOf: AsOf, at: Instant, _ lease: Lease, _ waking: AsyncStream<Void>.Continuation
    ) async {
        do {
            if try await parts.engine.systemCycle(asOf: asOf, at: at, lease: lease) {
                waking.yield()
            }
        } catch {
            logger.warning(
                "the alert about failed cycles was not written", metadata: ["error": "\(error)"])
        }
    }

    private enum CycleEnd { case done, failed, leaseLost }

    private func cycle(
        asOf: AsOf, at: Instant, _ lease: Lease, _ waking: AsyncStream<Void>.Continuation
    ) async -> CycleEnd {
        do {
            let outcome = try await parts.engine.cycle(asOf: asOf, at: at, lease: lease)
            if !outcome.isIdle {
                logger.info("cycle", metadata: outcome.metadata(asOf: asOf))
                waking.yield()
            }
            manager.progress("watching as of \(asOf.day); \(outcome.summary)")
            return .done
        } catch let error as StoreError where error.code == .leaseLost {
            return .leaseLost
        } catch {
            if Task.isCancelled { return .failed }
            logger.error("cycle failed; nothing was changed", metadata: ["error": "\(error)"])
            manager.progress("last cycle failed: \(error)")
            try? await parts.history.noteFailure(
                asOf: asOf.instant, startedAt: at, message: "\(error)")
            await sayHowWeFare(asOf: asOf, at: at, lease, waking)
            return .failed
        }
    }
}

extension Engine.Outcome {
    /// The outcome in a few words for `systemctl status`.
    var summary: String {
        isIdle
            ? "nothing new"
            : "\(rowsRead) rows, \(findings) findings, \(events) events, \(rejections) held back"
    }

    func metadata(asOf: AsOf) -> Logger.Metadata {
        [
            "as_of": "\(asOf.day)", "mode": isFull ? "full" : "incremental",
            "rows": "\(rowsRead)", "findings": "\(findings)", "events": "\(events)",
            "rejections": "\(rejections)",
            "ms": "\(Int(seconds * 1000))",
        ]
    }
}
