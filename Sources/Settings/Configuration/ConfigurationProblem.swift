/// One problem in a configuration file, with its place and a hint.
package struct ConfigurationProblem: Hashable, Sendable, CustomStringConvertible {
    /// How severe a problem is.
    package enum Severity: String, Hashable, Sendable {
        /// The program does not start.
        case error
        /// Commands that send to receivers do not start; commands that only read the history do.
        case deferred
        /// The program starts and reports the problem.
        case warning
    }

    /// How severe the problem is.
    package var severity: Severity
    /// The file's name as it was given, or `environment`.
    package var file: String
    /// The line, from 1; 0 when unknown.
    package var line: Int
    /// The column in characters, from 1; 0 when unknown.
    package var column: Int
    /// The key inside the file, `receivers[1].url`, or the environment variable; empty when the
    /// problem concerns the whole file.
    package var path: String
    /// What was found and what was expected; never a secret.
    package var message: String
    /// What the reader should do to correct it; empty when the message already says this.
    package var hint: String

    /// Creates a problem. Each argument sets the property of the same name.
    package init(
        severity: Severity = .error, file: String, line: Int = 0, column: Int = 0,
        path: String = "", message: String, hint: String = ""
    ) {
        self.severity = severity
        self.file = file
        self.line = line
        self.column = column
        self.path = path
        self.message = message
        self.hint = hint
    }

    /// `file:line:column: path: message; hint`; missing parts are left out.
    package var description: String {
        var place = file
        if line > 0 { place += ":\(line)" }
        if line > 0, column > 0 { place += ":\(column)" }
        if !path.isEmpty { place += ": \(path)" }
        let word = severity == .warning ? "warning: " : ""
        return "\(place): \(word)\(message)" + (hint.isEmpty ? "" : "; \(hint)")
    }
}

/// All problems that were found, at least one.
package struct ConfigurationError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The problems, ordered by file and line; warnings may be among them.
    package var problems: [ConfigurationProblem]

    /// An error from its problems.
    package init(problems: [ConfigurationProblem]) {
        self.problems = problems
    }

    /// One problem per line.
    package var description: String {
        problems.map(\.description).joined(separator: "\n")
    }
}

extension [ConfigurationProblem] {
    /// The problems grouped by file, in the order of first occurrence, then by line and column.
    package func inOrder() -> [ConfigurationProblem] {
        var files: [String: Int] = [:]
        for problem in self where files[problem.file] == nil { files[problem.file] = files.count }
        return enumerated().sorted { left, right in
            let places = [left, right].map { entry in
                (
                    files[entry.element.file] ?? 0, entry.element.line, entry.element.column,
                    entry.offset
                )
            }
            return places[0] < places[1]
        }.map(\.element)
    }
}
