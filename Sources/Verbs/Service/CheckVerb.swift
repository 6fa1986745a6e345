import Alerting
package import Daemon
import Deliver
import Detect
package import Labor
import Logging
import Settings
import Source
import Store

/// `laborwatch check`: whether the configuration can work.
package struct CheckVerb: Sendable {
    private let components: Components

    /// The verb for a configuration. Reading the configuration has already checked it.
    package init(_ components: Components) {
        self.components = components
    }

    /// A summary of the configuration in a few lines.
    /// - Parameter at: now; it decides whether the calendar of days off is about to end.
    package func summary(at: Instant) throws -> [String] {
        let configuration = components.configuration
        let enabled = components.catalogue.rules.filter(\.definition.enabled).count
        var lines = configuration.warnings.map { "warning: \($0)" }
        lines.append("configuration: ok")
        lines.append("rules: \(enabled) evaluated, \(components.catalogue.rules.count) known")
        lines += routing()
        if let warning = components.routing.calendarWarning(on: components.zone.day(at)) {
            lines.append("warning: the calendar of days off \(warning)")
        }
        for receiver in configuration.receivers {
            lines.append(
                "receiver \(receiver.name): \(receiver.way.summary), \(receiver.language.rawValue)")
        }
        let faults = configuration.receivers.compactMap(\.templateFault)
        guard faults.isEmpty else { throw ConfigurationError(problems: faults) }
        // The files of the receivers are read as for a delivery; nothing is opened or sent.
        let quiet = Logger(label: "check") { _ in SwiftLogNoOpLogHandler() }
        _ = try components.receivers(outlet: .unused, logger: quiet)
        return lines
    }

    /// The routing in one line, and the receivers that no route reaches.
    private func routing() -> [String] {
        let routing = components.routing
        let routes = routing.root.all()
        var lines = [
            "routing: \(routes.count) routes, \(routing.units.count) units, "
                + "\(routing.inhibitions.count) inhibitions"
        ]
        let named = Set(routes.flatMap { $0.settings.receivers ?? [] })
        guard !named.contains(RouteSettings.everyReceiver) else { return lines }
        let roles = Set(
            routes.flatMap { $0.settings.units ?? [] }.flatMap { word in
                word == RouteSettings.responsible
                    ? routing.responsible.values.flatMap { $0 } : [word]
            })
        let reached = named.union(
            routing.units.filter { roles.contains($0.role) }.flatMap(\.receivers))
        for receiver in components.configuration.receivers where !reached.contains(receiver.name) {
            lines.append("warning: no route reaches the receiver \(receiver.name)")
        }
        return lines
    }

    /// Regions of the routing that the source does not contain. No alert can come from them.
    private func strangers(_ regions: RegionTree) -> [String] {
        let routing = components.routing
        var codes = Set(routing.units.map(\.region))
        for (route, _) in routing.root.all() { codes.formUnion(route.matcher.regions) }
        for inhibition in routing.inhibitions {
            codes.formUnion(inhibition.source.regions.union(inhibition.target.regions))
        }
        return codes.filter { regions[$0] == nil }.sorted().map {
            "warning: the routing names the region \($0), which the source does not have"
        }
    }

    /// Whether the databases answer, contain their schemas and grant the needed rights.
    package func databases() async throws -> [String] {
        var lines: [String] = []
        let shapes = try await components.reader().inspect()
        let own = shapes.filter(\.hasWatermark).count
        lines.append(
            "source: \(shapes.count) tables readable, \(own) of them tell changes by transaction")
        lines += strangers(try await components.reader().trees().regions)
        try await components.withStore(as: .store) { _ = try await $0.recall() }
        lines.append("store: schema laborwatch is current")
        return lines
    }
}
