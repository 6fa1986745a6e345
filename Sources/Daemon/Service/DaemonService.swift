import Deliver
package import Logging
import ServiceLifecycle
import Settings
import UnixSignals

/// The daemon: runs a watch with the last valid configuration until shutdown.
///
/// SIGHUP reloads the configuration. Only when the new configuration is completely valid does the
/// running watch end and the next one begin. Otherwise the problem is logged and the running watch
/// continues.
package struct DaemonService: Service {
    private let first: Components
    private let path: String?
    private let replay: Replay?
    private let logger: Logger

    /// Creates a daemon.
    /// - Parameters:
    ///   - components: the parts with the configuration to start with.
    ///   - path: the configuration file to read again on SIGHUP.
    ///   - replay: past days to evaluate instead of the present; nil for the present.
    package init(_ components: Components, path: String?, replay: Replay?, logger: Logger) {
        first = components
        self.path = path
        self.replay = replay
        self.logger = logger
    }

    /// Runs until graceful shutdown, or until a replay has ended.
    package func run() async throws {
        // The signal is trapped once for the whole run. A SIGHUP between two watches must neither
        // end the process nor be lost.
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

    /// Runs one watch after the other, each with the last valid configuration.
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

    /// Runs one watch until the watch ends, until shutdown, or until a valid new configuration was
    /// read.
    /// - Returns: the next assembly; nil to end.
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
            // This task does not stop the watch itself. If it did, the watch could end before the
            // new assembly is returned, and that end would look like a shutdown.
            group.addTask { await reloaded(assembly.components, manager, hangup) }
            // Whichever task ends first, the watch must have ended before the next one starts.
            let next = try await group.next() ?? nil
            stop.open()
            await assembly.watch.ended.wait()
            group.cancelAll()
            // An assembly that arrives during the shutdown is closed again.
            while let late = try await group.next() { try await late?.close() }
            return next
        }
    }

    /// Waits for a SIGHUP with a valid configuration; nil when the task is cancelled.
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
