package import Alerting
package import Labor

/// `routing.yaml`: who is told, when and together with what.
package enum RoutingFile {
    /// What the names in a file are held against.
    package struct Context: Sendable {
        /// The configured receivers.
        package var receivers: [String]
        /// The rules of the catalogue.
        package var rules: [RuleID]
        /// The bureau's zone.
        package var zone: Zone
        /// Now, for quiet times that would never end.
        package var now: Instant

        /// A context from its parts.
        package init(receivers: [String], rules: [RuleID], zone: Zone, now: Instant) {
            self.receivers = receivers
            self.rules = rules
            self.zone = zone
            self.now = now
        }
    }

    /// The built-in routing, and a bureau's own file on top of it, section by section.
    /// - Parameter path: the bureau's own file; nil for none.
    /// - Throws: `ConfigurationError` with every problem.
    package static func load(
        _ path: String?, _ context: Context
    ) throws(ConfigurationError) -> Routing {
        guard let path else { return try parse(nil, file: "", context) }
        switch TextFile.read(path) {
        case .success(let text): return try parse(text, file: path, context)
        case .failure(let problem): throw ConfigurationError(problems: [problem.problem])
        }
    }

    /// Reads a text as `load` reads a file.
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
