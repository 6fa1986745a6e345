import Deliver
import Detect
import Labor
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
            let way =
                switch receiver.way {
                case .file(let directory, _, _): "file in \(directory)"
                case .webhook(let url, _, let format, _): "\(format.rawValue) webhook to \(url)"
                case .alertmanager(let url, _, _, _): "Alertmanager at \(url)"
                case .cap(_, let directory, _, let url, _, _):
                    "CAP to "
                        + [directory, url?.redacted].compactMap(\.self).joined(separator: " and ")
                }
            lines.append("receiver \(receiver.name): \(way), \(receiver.language.rawValue)")
            switch receiver.way {
            case .file: break
            case .webhook(_, let secretFile, _, _):
                _ = try WebhookSecret(SecretFile.text(secretFile))
            case .alertmanager(_, _, _, let credentials), .cap(_, _, _, _, _, let credentials):
                _ = try credentials.read()
            }
        }
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
