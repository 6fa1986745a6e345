package import Alerting
package import Deliver
package import Labor
package import Logging
package import Postgres
import Source
import Store

/// One watch. It evaluates and delivers while it holds the lease; otherwise it is a standby that
/// waits for the lease.
///
/// A watch has one configuration. A reload ends it and starts another one.
package struct Watch: Sendable {
    /// The parts of a watch, built by `Assembly`.
    package struct Parts: Sendable {
        /// Runs the cycles.
        package var engine: Engine
        /// The port to episodes and history.
        package var history: any History
        /// The outbox. A replay reads it to see that all deliveries are done.
        package var outbox: any Outbox
        /// Sends the deliveries.
        package var courier: Courier
        /// The receivers' names.
        package var receivers: [String]
        /// The connection for LISTEN on the source; nil for polling only.
        package var listening: ConnectionOptions?
        /// The connection for LISTEN on the outbox, where other processes make deliveries due; nil
        /// for polling only.
        package var outboxListening: ConnectionOptions?
        /// The poll interval, seconds.
        package var intervalSeconds: Double
        /// The duration of the lease without renewal, seconds.
        package var leaseSeconds: Int
        /// This daemon's name as holder of the lease.
        package var holder: String
        /// The bureau's time zone.
        package var zone: Zone
        /// Past days to evaluate instead of the present; nil for the present.
        package var replay: Replay?
        /// Called after the lease was taken: releases the deliveries that the former holder had
        /// claimed.
        package var leaseTaken: @Sendable () async throws -> Void
        /// Removes records that are older than their retention; called once a day.
        package var keepHouse: @Sendable (Instant) async throws -> Void
        /// Sends the due deliveries without a running courier. The argument is how far this
        /// machine's clock is ahead of the store's, seconds, because orders are dated by the
        /// store's clock.
        package var deliverOnce: @Sendable (Double) async throws -> Void
        /// Notifies receivers when the store does not answer; nil when no receiver is to be
        /// notified.
        package var emergency: Emergency?
        /// Receives and answers people's requests; nil to leave them pending.
        package var steps: StepIntake?
        /// The clocks and the sleep function.
        package var time: Timekeeper

        /// Creates the parts. Each argument sets the property of the same name.
        package init(
            engine: Engine, history: any History, outbox: any Outbox, courier: Courier,
            receivers: [String], listening: ConnectionOptions?,
            outboxListening: ConnectionOptions? = nil, intervalSeconds: Double,
            leaseSeconds: Int, holder: String, zone: Zone, replay: Replay?,
            leaseTaken: @escaping @Sendable () async throws -> Void = {},
            keepHouse: @escaping @Sendable (Instant) async throws -> Void = { _ in },
            deliverOnce: @escaping @Sendable (Double) async throws -> Void = { _ in },
            emergency: Emergency? = nil, steps: StepIntake? = nil, time: Timekeeper = .machine
        ) {
            self.engine = engine
            self.history = history
            self.outbox = outbox
            self.courier = courier
            self.receivers = receivers
            self.listening = listening
            self.outboxListening = outboxListening
            self.intervalSeconds = intervalSeconds
            self.leaseSeconds = leaseSeconds
            self.holder = holder
            self.zone = zone
            self.replay = replay
            self.leaseTaken = leaseTaken
            self.keepHouse = keepHouse
            self.deliverOnce = deliverOnce
            self.emergency = emergency
            self.steps = steps
            self.time = time
        }
    }

    /// Why a watch ended.
    package enum Ending: Sendable, Hashable {
        /// The watch was asked to stop.
        case stopped
        /// All days of the replay were evaluated and delivered.
        case replayed
    }

    let parts: Parts
    let manager: ServiceManager
    let logger: Logger
    let bell = Bell()
    /// Rings when a person requests a step. It also rings after each cycle, because a notification
    /// of the database may be lost.
    let stepBell = Bell()
    let outages = OutageLog()
    /// Opens when the watch has ended, including its running deliveries.
    package let ended = Latch()

    /// Creates a watch. Each argument sets the property of the same name.
    package init(_ parts: Parts, manager: ServiceManager, logger: Logger) {
        self.parts = parts
        self.manager = manager
        self.logger = logger
    }

    /// Runs until it is asked to stop, or until the replay has ended.
    package func run(until stop: Latch) async throws -> Ending {
        defer { ended.open() }
        var backoff = Backoff()
        var standsBy = false
        while !stop.isOpen {
            do {
                let lease = try await whileAlive { try await tenure.begin() }
                backoff.reset()
                guard let lease else {
                    await storeAnswered(nil)
                    manager.progress("standing by: another daemon evaluates")
                    logger.log(level: standsBy ? .debug : .info, "standing by")
                    standsBy = true
                    await rest(Double(parts.leaseSeconds) / 3, stop)
                    continue
                }
                guard clocksAgree(lease) else {
                    await unless(stop) { await tellOfClocks(lease) }
                    try? await parts.history.release(lease)
                    await rest(Double(parts.leaseSeconds), stop)
                    continue
                }
                standsBy = false
                logger.info("lease taken", metadata: ["token": "\(lease.token)"])
                await whileAlive { await storeAnswered(lease) }
                try await whileAlive { try await parts.leaseTaken() }
                switch try await serve(lease, until: stop) {
                case .stopped, .broken:
                    break
                case .replayed:
                    try? await parts.history.release(lease)
                    return .replayed
                case .leaseLost:
                    logger.warning("lease lost; standing by")
                    continue
                }
                try? await parts.history.release(lease)
            } catch {
                logger.error("the store does not answer", metadata: ["error": "\(error)"])
                manager.progress("cannot reach the store: \(error)")
                await unless(stop) { await storeIsAway(error) }
            }
            if !stop.isOpen { await rest(backoff.next(random: .random(in: 0..<1)), stop) }
        }
        return .stopped
    }

    enum TermEnd: Sendable { case stopped, replayed, leaseLost, broken }

    /// Evaluates and delivers under the lease, until the lease is lost or the watch is asked to
    /// stop.
    private func serve(_ lease: Lease, until stop: Latch) async throws -> TermEnd {
        let (wake, waking) = AsyncStream<Void>.makeStream(bufferingPolicy: .bufferingNewest(1))
        return try await withThrowingTaskGroup(of: TermEnd.self) { group in
            group.addTask {
                try? await parts.courier.run(wake: wake)
                return .broken
            }
            let end = await work(lease, until: stop, waking)
            // The courier finishes its running deliveries, within its grace period.
            waking.finish()
            _ = try await group.next()
            return end
        }
    }

    private func work(
        _ lease: Lease, until stop: Latch, _ waking: AsyncStream<Void>.Continuation
    ) async -> TermEnd {
        // Requests that were made while no daemon evaluated are older than the first cycle of this
        // term, so they are applied first.
        await unless(stop) { await takeSteps(lease, waking) }
        return await withTaskGroup(of: TermEnd.self) { group in
            group.addTask {
                await stop.wait()
                return .stopped
            }
            group.addTask { await renew(lease) }
            group.addTask { await listenToOutbox(waking) }
            group.addTask {
                await listen(parts.listening, on: SourceListener.channel, bell, "the source")
            }
            group.addTask {
                let channel = PostgresStore.requestChannel
                return await listen(parts.steps?.listening, on: channel, stepBell, "requests")
            }
            group.addTask { await answerSteps(lease, waking) }
            group.addTask {
                await whileAlive {
                    if let replay = parts.replay {
                        return await self.replay(replay, lease, waking)
                    }
                    return await evaluate(lease, waking)
                }
            }
            let end = await group.next() ?? .broken
            group.cancelAll()
            return end
        }
    }

    /// Takes and renews the lease for this watch.
    private var tenure: LeaseKeeper {
        LeaseKeeper(
            history: parts.history, holder: parts.holder, seconds: parts.leaseSeconds,
            time: parts.time)
    }

    /// Renews the lease. It returns when the lease is lost or must not be kept.
    private func renew(_ lease: Lease) async -> TermEnd {
        let end = await tenure.keep(lease) { held in
            guard clocksAgree(held) else { return false }
            await storeAnswered(held)
            return true
        } failed: { error in
            logger.error("cannot renew the lease", metadata: ["error": "\(error)"])
            await storeIsAway(error)
        }
        switch end {
        case .stopped: return .stopped
        case .lost: return .leaseLost
        case .declined: return .broken
        }
    }

    /// The maximum difference between this machine's clock and the store's, seconds.
    private static let skewMax = 300.0

    /// Whether the clocks of this machine and of the store agree well enough to date facts. If a
    /// clock that is ahead were used, the episodes it changed could not change again until that
    /// time is reached.
    private func clocksAgree(_ lease: Lease) -> Bool {
        let skew = parts.time.now().seconds(since: storeTime(lease))
        if abs(skew) <= Watch.skewMax { return true }
        logger.critical(
            "this machine's clock and the store's differ; nothing is evaluated until they agree",
            metadata: ["seconds": "\(Int(skew))", "hint": "set both by NTP"])
        manager.progress("clock differs from the store's by \(Int(skew)) s; not evaluating")
        return false
    }

    /// Rings a bell when something is notified on a channel; polling continues meanwhile.
    private func listen(
        _ options: ConnectionOptions?, on channel: String, _ bell: Bell, _ what: String
    ) async -> TermEnd {
        guard let options, parts.replay == nil else {
            await Latch().wait()
            return .stopped
        }
        return await keepListening(to: what) {
            try await SourceListener.listen(
                options, channel: channel, ready: { bell.ring() }, heard: { bell.ring() })
        }
    }

    /// Wakes the couriers when another process, or the courier of another receiver, makes a
    /// delivery due. The couriers also look every few seconds.
    private func listenToOutbox(
        _ waking: AsyncStream<Void>.Continuation
    ) async -> TermEnd {
        guard let options = parts.outboxListening else {
            await Latch().wait()
            return .stopped
        }
        return await keepListening(to: "the outbox") {
            try await OutboxListener.listen(
                options, ready: { waking.yield() }, heard: { waking.yield() })
        }
    }

    /// Listens until the task is cancelled. After an error it reconnects with backoff.
    private func keepListening(
        to what: String, _ once: () async throws -> Void
    ) async -> TermEnd {
        var backoff = Backoff()
        while !Task.isCancelled {
            let since = parts.time.monotonic()
            do {
                try await once()
            } catch {
                if Task.isCancelled { break }
                // A connection that lasted more than 60 s was good, so the backoff starts again.
                if parts.time.monotonic() - since > 60 { backoff.reset() }
                logger.warning(
                    "not listening; polling continues",
                    metadata: ["to": "\(what)", "error": "\(error)"])
            }
            try? await parts.time.sleep(backoff.next(random: .random(in: 0..<1)))
        }
        return .stopped
    }

    private func rest(_ seconds: Double, _ stop: Latch) async {
        await unless(stop) { try? await nap(seconds) }
    }

    /// Waits for a known time in slices and notifies the watchdog after each slice, because the
    /// lease of another holder may last longer than the time limit of the watchdog.
    /// - Throws: when the task is cancelled.
    func nap(_ seconds: Double) async throws {
        var left = seconds
        let slice = manager.watchdogSeconds.map { $0 / 3 } ?? left
        while left > 0 {
            try await parts.time.sleep(min(left, slice))
            left -= slice
            manager.alive()
        }
    }

    /// Runs work of the loop that the watchdog supervises. While a statement of this work is waited
    /// for, the watchdog is notified, because the statement has a deadline. Statements of other
    /// tasks, such as the courier's, do not notify the watchdog: they would hide that the loop
    /// hangs.
    func whileAlive<R>(_ work: () async throws -> R) async rethrows -> R {
        try await StatementWait.$observer.withValue(
            StatementWait.Observer { manager.stillWorking() }
        ) { try await work() }
    }
}
