package import Alerting
package import Deliver
package import Labor
package import Logging
package import Postgres
import Source
import Store

/// One watch: as long as it holds the lease it evaluates and delivers, otherwise it stands by.
///
/// A watch lives with one configuration; a reload ends it in order and begins another.
package struct Watch: Sendable {
    /// What a watch needs; put together by `Assembly`.
    package struct Parts: Sendable {
        /// Runs the cycles.
        package var engine: Engine
        /// State, history and outbox.
        package var history: any History
        /// The outbox, to see at the end of a replay that all is delivered.
        package var outbox: any Outbox
        /// Delivers.
        package var courier: Courier
        /// The receivers' names.
        package var receivers: [String]
        /// Where to listen for changes; nil for polling only.
        package var listening: ConnectionOptions?
        /// Seconds between polls.
        package var intervalSeconds: Double
        /// How long the lease lasts without renewal, seconds.
        package var leaseSeconds: Int
        /// Who we are in the lease.
        package var holder: String
        /// The bureau's time zone.
        package var zone: Zone
        /// Past days to evaluate one after the other instead of the present; nil for the present.
        package var replay: Replay?
        /// Called when the lease was just taken: what the holder before us had in hand falls free.
        package var leaseTaken: @Sendable () async throws -> Void
        /// Removes records that are kept long enough; called once a day.
        package var keepHouse: @Sendable (Instant) async throws -> Void
        /// Delivers what is due, once and without a courier that runs; told how far this machine's
        /// clock is ahead of the store's, seconds, by which orders are dated.
        package var deliverOnce: @Sendable (Double) async throws -> Void
        /// The way past a store that does not answer; nil for none.
        package var emergency: Emergency?
        /// The clocks.
        package var time: Timekeeper

        /// The parts of a watch.
        package init(
            engine: Engine, history: any History, outbox: any Outbox, courier: Courier,
            receivers: [String], listening: ConnectionOptions?, intervalSeconds: Double,
            leaseSeconds: Int, holder: String, zone: Zone, replay: Replay?,
            leaseTaken: @escaping @Sendable () async throws -> Void = {},
            keepHouse: @escaping @Sendable (Instant) async throws -> Void = { _ in },
            deliverOnce: @escaping @Sendable (Double) async throws -> Void = { _ in },
            emergency: Emergency? = nil, time: Timekeeper = .machine
        ) {
            self.engine = engine
            self.history = history
            self.outbox = outbox
            self.courier = courier
            self.receivers = receivers
            self.listening = listening
            self.intervalSeconds = intervalSeconds
            self.leaseSeconds = leaseSeconds
            self.holder = holder
            self.zone = zone
            self.replay = replay
            self.leaseTaken = leaseTaken
            self.keepHouse = keepHouse
            self.deliverOnce = deliverOnce
            self.emergency = emergency
            self.time = time
        }
    }

    /// Why a watch ended.
    package enum Ending: Sendable, Hashable {
        /// It was told to stop.
        case stopped
        /// The replay is over and delivered.
        case replayed
    }

    let parts: Parts
    let manager: ServiceManager
    let logger: Logger
    let bell = Bell()
    let outages = OutageLog()
    /// Open once the watch has ended in order, deliveries in hand included.
    package let ended = Latch()

    /// A watch of its parts.
    package init(_ parts: Parts, manager: ServiceManager, logger: Logger) {
        self.parts = parts
        self.manager = manager
        self.logger = logger
    }

    /// Watches until told to stop, or until the replay is over.
    package func run(until stop: Latch) async throws -> Ending {
        defer { ended.open() }
        var backoff = Backoff()
        var standsBy = false
        while !stop.isOpen {
            do {
                let lease = try await tenure.begin()
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
                await storeAnswered(lease)
                try await parts.leaseTaken()
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

    /// One term under the lease.
    private func serve(_ lease: Lease, until stop: Latch) async throws -> TermEnd {
        let (wake, waking) = AsyncStream<Void>.makeStream(bufferingPolicy: .bufferingNewest(1))
        return try await withThrowingTaskGroup(of: TermEnd.self) { group in
            group.addTask {
                try? await parts.courier.run(wake: wake)
                return .broken
            }
            let end = await work(lease, until: stop, waking)
            // The courier ends what it has in hand, within its grace.
            waking.finish()
            _ = try await group.next()
            return end
        }
    }

    private func work(
        _ lease: Lease, until stop: Latch, _ waking: AsyncStream<Void>.Continuation
    ) async -> TermEnd {
        await withTaskGroup(of: TermEnd.self) { group in
            group.addTask {
                await stop.wait()
                return .stopped
            }
            group.addTask { await renew(lease) }
            group.addTask { await listen() }
            group.addTask {
                if let replay = parts.replay {
                    return await self.replay(replay, lease, waking)
                }
                return await evaluate(lease, waking)
            }
            let end = await group.next() ?? .broken
            group.cancelAll()
            return end
        }
    }

    /// The right to evaluate as this watch holds it.
    private var tenure: LeaseKeeper {
        LeaseKeeper(
            history: parts.history, holder: parts.holder, seconds: parts.leaseSeconds,
            time: parts.time)
    }

    /// Renews the lease; ends when it is lost or can no longer be held.
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

    /// How far this machine's clock may lie from the store's, seconds.
    private static let skewMax = 300.0

    /// Whether our clock and the store's agree well enough to say what was known when. A clock that
    /// jumped ahead would freeze every episode that it touched until that time is reached.
    private func clocksAgree(_ lease: Lease) -> Bool {
        let skew = parts.time.now().seconds(since: storeTime(lease))
        if abs(skew) <= Watch.skewMax { return true }
        logger.critical(
            "this machine's clock and the store's differ; nothing is evaluated until they agree",
            metadata: ["seconds": "\(Int(skew))", "hint": "set both by NTP"])
        manager.progress("clock differs from the store's by \(Int(skew)) s; not evaluating")
        return false
    }

    /// Rings the bell when the source changes; reconnects with backoff, for polling goes on anyway.
    private func listen() async -> TermEnd {
        guard let options = parts.listening, parts.replay == nil else {
            await Latch().wait()
            return .stopped
        }
        var backoff = Backoff()
        while !Task.isCancelled {
            let since = parts.time.monotonic()
            do {
                try await SourceListener.listen(
                    options, ready: { [bell] in bell.ring() }, heard: { [bell] in bell.ring() })
            } catch {
                if Task.isCancelled { break }
                // A connection that held for a while was a good one.
                if parts.time.monotonic() - since > 60 { backoff.reset() }
                logger.warning(
                    "not listening to the source; polling goes on",
                    metadata: ["error": "\(error)"])
            }
            try? await parts.time.sleep(backoff.next(random: .random(in: 0..<1)))
        }
        return .stopped
    }

    private func rest(_ seconds: Double, _ stop: Latch) async {
        await unless(stop) { try? await parts.time.sleep(seconds) }
    }
}
