package import Daemon
package import Logging
import ServiceLifecycle
import Settings
import UnixSignals

/// `laborwatch run`: the daemon.
package struct RunVerb: Sendable {
    private let components: Components
    private let path: String?
    private let logger: Logger

    ///
    /// Creates the verb for a configuration that is already loaded.
    ///
    /// - Parameter path: the configuration file, which the daemon reads again on SIGHUP; nil when
    /// no file exists and all settings come from the environment.
    package init(_ components: Components, path: String?, logger: Logger) {
        self.components = components
        self.path = path
        self.logger = logger
    }

    /// Runs until SIGTERM or SIGINT, or until the replay is complete.
    package func run(replay: Replay?) async throws {
        for warning in components.configuration.warnings {
            logger.warning("\(warning)")
        }
        let service = DaemonService(components, path: path, replay: replay, logger: logger)
        let group = ServiceGroup(
            configuration: .init(
                services: [
                    .init(
                        service: service, successTerminationBehavior: .gracefullyShutdownGroup,
                        failureTerminationBehavior: .cancelGroup)
                ],
                gracefulShutdownSignals: [.sigterm, .sigint], logger: logger))
        try await group.run()
    }
}
