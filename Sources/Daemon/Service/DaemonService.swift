import Deliver
package import Logging
import ServiceLifecycle
import Settings
import UnixSignals

/// The daemon: watches with the last good configuration until it is told to end.
///
/// SIGHUP reads the configuration anew. Only when all of it is good does the running watch end in
/// order and the next begin; otherwise the problem is logged and the old one goes on.
package struct DaemonService: Service {
    private let first: Components
    private let path: String?
    private let replay: Replay?
    private let logger: Logger

    /// A daemon.
    /// - Parameters:
    ///   - workshop: the configuration it starts with.
    ///   - path: where SIGHUP reads it anew.
    ///   - replay: past days instead of the present.
    package init(_ components: Components, path: String?, replay: Replay?, logger: Logger) {
        first = components
        self.path = path
        self.replay = replay
        self.logger = logger
    }

    /// Runs until graceful shutdown, or until a replay is over.
    package func run() async throws {
        // Trapped once and for good: a SIGHUP between two watches must neither end us nor be lost.
        let hangups = await UnixSignalsSequence(trapping: .sighup)
        let bell = Bell()
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                for await _ in hangups { bell.ring() }
            }
            try await serve(bell)
            group.cancelAll()
        }
    }

    /// One watch after the other, each with the last good configuration.
    private func serve(_ hangup: Bell) async throws {
        let manager = ServiceManager(environment: first.environment)
        var assembly = try await Assembly(first, replay: replay, manager: manager, logger: logger)
        while true {
            manager.ready("watching")
            logger.info(
                "watching",
                metadata: [
                    "rules": "\(assembly.components.catalogue.rules.count)",
                    "receivers": "\(assembly.names)",
                ])
            let next = try await keep(assembly, manager, hangup)
            try await assembly.close()
            guard let next else { break }
            assembly = next
        }
        manager.stopping()
    }

    /// Runs one watch until it ends by itself, or shutdown or a good new configuration end it.
    /// - Returns: what to go on with; nil to end.
    private func keep(
        _ assembly: Assembly, _ manager: ServiceManager, _ hangup: Bell
    ) async throws -> Assembly? {
        let stop = Latch()
        return try await withThrowingTaskGroup(of: Assembly?.self) { group in
            group.addTask {
                _ = try await assembly.watch.run(until: stop)
                return nil
            }
            group.addTask {
                try? await gracefulShutdown()
                stop.open()
                return nil
            }
            // This one leaves the stopping to us: were the watch told to end before the new
            // configuration is in our hands, its end would come first and look like the last.
            group.addTask { await reloaded(assembly.components, manager, hangup) }
            // Whatever comes first, the watch itself must have ended before we go on.
            let next = try await group.next() ?? nil
            stop.open()
            await assembly.watch.ended.wait()
            group.cancelAll()
            // A configuration that comes while we are ending is put away again.
            while let late = try await group.next() { try await late?.close() }
            return next
        }
    }

    /// Waits for a SIGHUP that brings a good configuration.
    private func reloaded(
        _ components: Components, _ manager: ServiceManager, _ hangup: Bell
    ) async -> Assembly? {
        while true {
            await hangup.heard()
            if Task.isCancelled { return nil }
            manager.reloading()
            do {
                let next = try await Assembly(
                    Components(path: path, environment: components.environment), replay: replay,
                    manager: manager, logger: logger)
                logger.notice("configuration read anew")
                return next
            } catch {
                logger.error(
                    "the new configuration is not used; the last good one goes on",
                    metadata: ["problem": "\(Failure(error))"])
                manager.ready("the last reload failed; watching with the configuration before it")
            }
        }
    }
}
