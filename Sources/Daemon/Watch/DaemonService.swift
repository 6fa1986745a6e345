import AsyncHTTPClient
import Deliver
import Glibc
package import Logging
import ServiceLifecycle
import Store
import UnixSignals

/// The daemon: watches with the last good configuration until it is told to end.
///
/// SIGHUP reads the configuration anew. Only when all of it is good does the running watch end in
/// order and the next begin; otherwise the problem is logged and the old one goes on.
package struct DaemonService: Service {
    private let first: Workshop
    private let path: String?
    private let replay: Replay?
    private let logger: Logger

    /// A daemon.
    /// - Parameters:
    ///   - workshop: the configuration it starts with.
    ///   - path: where SIGHUP reads it anew.
    ///   - replay: past days instead of the present.
    package init(_ workshop: Workshop, path: String?, replay: Replay?, logger: Logger) {
        first = workshop
        self.path = path
        self.replay = replay
        self.logger = logger
    }

    /// Runs until graceful shutdown, or until a replay is over.
    package func run() async throws {
        let manager = ServiceManager(environment: first.environment)
        var workshop = first
        while true {
            let store = try await workshop.store()
            let client = HTTPClient(
                eventLoopGroupProvider: .singleton,
                configuration: WebhookReceiver.clientConfiguration)
            let receivers = try workshop.receivers(client: client, logger: logger)
            let watch = try makeWatch(workshop, store, receivers, manager)
            manager.ready("watching")
            logger.info(
                "watching",
                metadata: [
                    "rules": "\(workshop.catalogue.rules.count)",
                    "receivers": "\(receivers.map(\.name).joined(separator: ","))",
                ])
            let next = try await keep(watch, workshop, manager)
            for receiver in receivers { await receiver.close() }
            try await client.shutdown()
            await store.close()
            guard let next else { break }
            workshop = next
        }
        manager.stopping()
    }

    private func makeWatch(
        _ workshop: Workshop, _ store: PostgresStore, _ receivers: [any Receiver],
        _ manager: ServiceManager
    ) throws -> Watch {
        let configuration = workshop.configuration
        let engine = Engine(
            reader: try workshop.reader(), history: store, pipeline: workshop.pipeline(),
            monotonic: SystemClock.monotonic)
        let courier = Courier(
            outbox: store, receivers: receivers, schedule: try workshop.schedule(),
            logger: logger, clock: SystemClock.now)
        let parts = Watch.Parts(
            engine: engine, history: store, outbox: store, courier: courier,
            receivers: receivers.map(\.name),
            listening: configuration.source.notify ? try workshop.sourceOptions() : nil,
            intervalSeconds: Double(configuration.source.interval.components.seconds),
            leaseSeconds: Int(configuration.store.lease.components.seconds),
            holder: DaemonService.holder, zone: workshop.zone, replay: replay)
        return Watch(parts, manager: manager, logger: logger)
    }

    /// Runs one watch until it ends by itself, or shutdown or a good new configuration end it.
    /// - Returns: what to go on with; nil to end.
    private func keep(
        _ watch: Watch, _ workshop: Workshop, _ manager: ServiceManager
    ) async throws -> Workshop? {
        let stop = Latch()
        return try await withThrowingTaskGroup(of: Workshop?.self) { group in
            group.addTask {
                _ = try await watch.run(until: stop)
                return nil
            }
            group.addTask {
                try? await gracefulShutdown()
                stop.open()
                return nil
            }
            group.addTask {
                let next = await reloaded(workshop, manager)
                stop.open()
                return next
            }
            // Whatever comes first, the watch itself must have ended before we go on.
            var next: Workshop?
            if let ended = try await group.next(), let workshop = ended { next = workshop }
            stop.open()
            await watch.ended.wait()
            group.cancelAll()
            return next
        }
    }

    /// Waits for a SIGHUP that brings a good configuration.
    private func reloaded(_ workshop: Workshop, _ manager: ServiceManager) async -> Workshop? {
        for await _ in await UnixSignalsSequence(trapping: .sighup) {
            manager.reloading()
            do {
                let next = try Workshop(path: path, environment: workshop.environment)
                logger.notice("configuration read anew")
                return next
            } catch {
                logger.error(
                    "the new configuration is not used; the last good one goes on",
                    metadata: ["problem": "\(Failure(error))"])
                manager.ready("the last reload failed; watching with the configuration before it")
            }
        }
        return nil
    }

    /// Who we are: host, process and a number, for the same process id may come again.
    private static let holder: String = {
        var name = [CChar](repeating: 0, count: 256)
        gethostname(&name, name.count - 1)
        let host = String(decoding: name.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
        return "\(host):\(getpid()):\(UInt32.random(in: 0...UInt32.max))"
    }()
}
