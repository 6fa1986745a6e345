package import Alerting
package import Labor

/// Reads `routing.yaml`: which receivers are notified, when, and how alerts are grouped.
package enum RoutingFile {
    /// The values against which names in a file are checked.
    package struct Context: Sendable {
        /// The configured receivers.
        package var receivers: [String]
        /// The rules of the catalogue.
        package var rules: [RuleID]
        /// The bureau's zone.
        package var zone: Zone
        /// The current time, to detect quiet times that never end.
        package var now: Instant

        /// Creates a context. Each argument sets the property of the same name.
        package init(receivers: [String], rules: [RuleID], zone: Zone, now: Instant) {
            self.receivers = receivers
            self.rules = rules
            self.zone = zone
            self.now = now
        }
    }

    /// The built-in routing, extended by the bureau's own file, which replaces whole sections.
    /// - Parameter path: the bureau's own file; nil for none.
    /// - Throws: `ConfigurationError` with all problems.
    package static func load(
        _ path: String?, _ context: Context
    ) throws(ConfigurationError) -> Routing {
        guard let path else { return try parse(nil, file: "", context) }
        switch TextFile.read(path) {
        case .success(let text): return try parse(text, file: path, context)
        case .failure(let problem): throw ConfigurationError(problems: [problem.problem])
        }
    }

    /// Reads a text in the same way as `load` reads a file.
    package static func parse(
        _ text: String?, file: String, _ context: Context
    ) throws(ConfigurationError) -> Routing {
        var reader = RoutingReader(context)
        for builtIn in CatalogueFile.builtIn("routing.yaml") {
            reader.read(builtIn.text, file: builtIn.name)
        }
        if let text { reader.read(text, file: file) }
        reader.check()
        let problems = reader.values.problems.inOrder()
        guard problems.isEmpty else { throw ConfigurationError(problems: problems) }
        return reader.routing
    }
}
