import AsyncHTTPClient
import Deliver
import Detect
import Labor
import Logging
import Source
import Store

/// `laborwatch check`: whether everything that is configured can work.
package struct CheckVerb: Sendable {
    private let workshop: Workshop

    /// The verb for a configuration, which was checked when it was read.
    package init(_ workshop: Workshop) {
        self.workshop = workshop
    }

    /// What the configuration says, in a few lines.
    package func summary() throws -> [String] {
        let configuration = workshop.configuration
        let enabled = workshop.catalogue.rules.filter(\.definition.enabled).count
        var lines = configuration.warnings.map { "warning: \($0)" }
        lines.append("configuration: ok")
        lines.append("rules: \(enabled) evaluated, \(workshop.catalogue.rules.count) known")
        for receiver in configuration.receivers {
            lines.append(
                "receiver \(receiver.name): \(receiver.way.summary), \(receiver.language.rawValue)")
        }
        let faults = configuration.receivers.compactMap(\.templateFault)
        guard faults.isEmpty else { throw ConfigurationError(problems: faults) }
        // Whatever their files hold is read as for a delivery; nothing is opened or sent.
        let quiet = Logger(label: "check") { _ in SwiftLogNoOpLogHandler() }
        _ = try workshop.receivers(client: .shared, logger: quiet)
        return lines
    }

    /// Whether the databases answer, have their schemas and let us read and write.
    package func databases() async throws -> [String] {
        var lines: [String] = []
        let shapes = try await workshop.reader().inspect()
        let own = shapes.filter(\.hasWatermark).count
        lines.append(
            "source: \(shapes.count) tables readable, \(own) of them tell changes by transaction")
        let store = try await workshop.store()
        _ = try await store.recall()
        await store.close()
        lines.append("store: schema laborwatch is current")
        return lines
    }
}
