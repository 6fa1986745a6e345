import Alerting
import Deliver
import Glibc
import Labor
package import Logging
import Settings
import Store

/// A watch with its store, receivers and HTTP client. It is built completely before the running
/// watch is stopped, so that a build failure leaves the running watch unchanged.
package struct Assembly: Sendable {
    /// The parts from which the assembly was built, including the configuration.
    package let components: Components
    /// The watch, not yet running.
    package let watch: Watch

    private let store: PostgresStore
    private let outlet: HTTPOutlet
    private let receivers: [any Receiver]

    /// Builds the parts: checks the store's schema and reads the secrets.
    /// - Throws: the first error; then all connections are closed again.
    package init(
        _ components: Components, replay: Replay?, manager: ServiceManager, logger: Logger,
        time: Timekeeper = .machine
    ) async throws {
        self.components = components
        store = try await components.store()
        outlet = HTTPOutlet()
        do {
            let names = components.configuration.receivers.map(\.name)
            for (name, count) in try await store.orphans(receivers: names) {
                logger.warning(
                    "deliveries are pending for a receiver that is not configured",
                    metadata: [
                        "receiver": "\(name)", "pending": "\(count)",
                        "hint": "configure it again, or drop them: deliveries drop \(name)",
                    ])
            }
            receivers = try components.receivers(
                deliveryLog: store, outlet: outlet, logger: logger)
            watch = Watch(
                try Assembly.parts(
                    components, store, receivers, outlet, replay, manager, logger, time),
                manager: manager, logger: logger)
        } catch {
            try? await outlet.shutdown()
            await store.close()
            throw error
        }
    }

    /// The receivers' names, separated by commas, for the log.
    var names: String { receivers.map(\.name).joined(separator: ",") }

    /// Closes files and connections. Call it after the watch has ended.
    package func close() async throws {
        for receiver in receivers { await receiver.close() }
        try await outlet.shutdown()
        await store.close()
    }

    private static func parts(
        _ components: Components, _ store: PostgresStore, _ receivers: [any Receiver],
        _ outlet: HTTPOutlet, _ replay: Replay?, _ manager: ServiceManager, _ logger: Logger,
        _ time: Timekeeper
    ) throws -> Watch.Parts {
        let configuration = components.configuration
        let engine = Engine(
            reader: try components.reader(progress: manager.alive), history: store,
            pipeline: components.pipeline(waits: replay == nil),
            monotonic: time.monotonic,
            checkup: replay == nil
                ? Checkup(
                    store: store, receivers: receivers.map(\.name), clock: time.now,
                    monotonic: time.monotonic) : nil)
        let schedule = try components.schedule()
        let onTheSpot = try components.reader()
        let desk = StepDesk(components, store) { subject in
            if let regionContext = await engine.regionContext(of: subject) { return regionContext }
            return (try? await onTheSpot.regionContext(of: subject))
                ?? RegionContext(regions: RegionTree([]))
        }
        @Sendable func courier(lead: Double) -> Courier {
            Courier(
                outbox: store, receivers: receivers, fallbacks: components.fallbacks,
                schedule: schedule, logger: logger,
                clock: {
                    // One millisecond is added, so that a delivery that was created just now is
                    // due.
                    Instant(microseconds: time.now().microseconds - Int64(lead * 1e6) + 1_000)
                },
                monotonic: time.monotonic)
        }
        return Watch.Parts(
            engine: engine, history: store, outbox: store, courier: courier(lead: 0),
            receivers: receivers.map(\.name),
            listening: configuration.source.notify ? try components.sourceOptions() : nil,
            outboxListening: try components.storeOptions(),
            intervalSeconds: Double(configuration.source.interval.components.seconds),
            leaseSeconds: Int(configuration.store.lease.components.seconds),
            holder: holder, zone: components.zone, replay: replay,
            leaseTaken: { _ = try await store.releaseClaims() },
            keepHouse: { now in
                let retention = configuration.retention
                let deliveries = now.adding(seconds: -retention.deliveries.components.seconds)
                let cycles = now.adding(seconds: -retention.cycles.components.seconds)
                _ = try await store.prune(before: deliveries, cyclesBefore: cycles)
            },
            deliverOnce: { lead in
                let courier = courier(lead: lead)
                for _ in 0..<roundsAtOnce where try await courier.round().delivered == 0 { break }
            },
            emergency: Emergency(
                receivers: { try components.receivers(outlet: outlet, logger: logger) },
                fallbacks: components.fallbacks, time: time, logger: logger),
            steps: StepIntake(listening: try components.storeOptions()) { lease, now in
                try await desk.applyPending(under: lease, now: now)
            }, time: time)
    }

    /// The maximum number of courier rounds in `deliverOnce`; afterwards the lease is released for
    /// other daemons.
    private static let roundsAtOnce = 3

    /// The holder of the lease: host, process ID and a random number, because process IDs are
    /// reused.
    private static let holder: String = {
        var name = [CChar](repeating: 0, count: 256)
        gethostname(&name, name.count - 1)
        let host = String(
            decoding: name.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
        return "\(host):\(getpid()):\(UInt32.random(in: 0...UInt32.max))"
    }()
}
