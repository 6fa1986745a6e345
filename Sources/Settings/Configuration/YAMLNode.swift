import Yams

/// A value of a YAML file, with its line and column.
package struct YAMLNode: Sendable {
    /// The value itself.
    package enum Content: Sendable {
        /// No value, `~` or `null`: the same as a missing key.
        case null
        /// A scalar as written; `plain` when it has no quotes.
        case scalar(String, plain: Bool)
        /// A sequence.
        case list([YAMLNode])
        /// A map; the keys are in the order of the file.
        case map([Entry])
    }

    /// One key of a map with its value.
    package struct Entry: Sendable {
        /// The key as written.
        package var key: String
        /// The line of the key, from 1.
        package var line: Int
        /// The column of the key, from 1.
        package var column: Int
        /// The node that is the value of the key.
        package var value: YAMLNode
    }

    /// The maximum number of values in a file. Without a limit, nested aliases could grow
    /// exponentially.
    static let nodesMax = 100_000

    /// The name of the file.
    package var file: String
    /// The line of the value, from 1; 0 for a value that is not from a file.
    package var line: Int
    /// The column of the value, from 1; 0 for a value that is not from a file.
    package var column: Int
    /// The path from the root, for example `receivers[1].url`.
    package var path: String
    /// The content of the node: a scalar, a list or a map.
    package var content: Content

    /// A scalar that is not from a file, for example from an environment variable.
    init(file: String, path: String, text: String) {
        self.file = file
        line = 0
        column = 0
        self.path = path
        content = .scalar(text, plain: true)
    }

    /// Reads a file's text. Returns nil, with a problem reported, when the text is not YAML; an
    /// empty text gives an empty map.
    package static func read(
        _ text: String, file: String, problems: inout [ConfigurationProblem]
    ) -> YAMLNode? {
        do {
            // The encoding is explicit, because the default would depend on the process's
            // environment.
            guard let root = try Yams.compose(yaml: text, .basic, .default, .utf8) else {
                return YAMLNode(file: file, line: 1, column: 1, path: "", content: .map([]))
            }
            var left = nodesMax
            let node = YAMLNode(root, file: file, path: "", left: &left, problems: &problems)
            guard left > 0 else {
                problems.append(
                    ConfigurationProblem(
                        file: file, message: "the file holds more than \(nodesMax) values",
                        hint: "look for an alias (*name) that contains itself many times"))
                return nil
            }
            return node
        } catch {
            problems.append(problem(of: error, file: file))
            return nil
        }
    }

    private init(
        file: String, line: Int, column: Int, path: String, content: Content
    ) {
        self.file = file
        self.line = line
        self.column = column
        self.path = path
        self.content = content
    }

    private init(
        _ node: Node, file: String, path: String, left: inout Int,
        problems: inout [ConfigurationProblem]
    ) {
        self.init(
            file: file, line: node.mark?.line ?? 0, column: node.mark?.column ?? 0, path: path,
            content: .null)
        left -= 1
        guard left > 0 else { return }
        switch node {
        case .scalar(let scalar):
            let plain = scalar.style == .plain || scalar.style == .any
            let empty = ["", "~", "null", "Null", "NULL"].contains(scalar.string)
            content = plain && empty ? .null : .scalar(scalar.string, plain: plain)
        case .sequence(let sequence):
            var items: [YAMLNode] = []
            for (index, item) in sequence.enumerated() {
                items.append(
                    YAMLNode(
                        item, file: file, path: "\(path)[\(index)]", left: &left,
                        problems: &problems))
            }
            content = .list(items)
        case .mapping(let mapping):
            var entries: [Entry] = []
            for (key, value) in mapping {
                guard let name = key.scalar?.string else {
                    problems.append(
                        ConfigurationProblem(
                            file: file, line: key.mark?.line ?? line,
                            column: key.mark?.column ?? column, path: path,
                            message: "a key must be a plain word, found a list or a map",
                            hint: "write 'name: value'"))
                    continue
                }
                let inner = path.isEmpty ? name : "\(path).\(name)"
                entries.append(
                    Entry(
                        key: name, line: key.mark?.line ?? line,
                        column: key.mark?.column ?? column,
                        value: YAMLNode(
                            value, file: file, path: inner, left: &left, problems: &problems)))
            }
            content = .map(entries)
        case .alias:
            content = .null
        }
    }

    private static func problem(of error: any Error, file: String) -> ConfigurationProblem {
        switch error as? YamlError {
        case .scanner(_, let problem, let mark, _)?, .parser(_, let problem, let mark, _)?,
            .composer(_, let problem, let mark, _)?:
            return ConfigurationProblem(
                file: file, line: mark.line, column: mark.column,
                message: "this is no YAML: \(problem)",
                hint: "look at the indentation, the colons and the quotes here and one line above")
        case .duplicatedKeysInMapping(let keys, let context)?:
            let names = keys.sorted().map { "'\($0)'" }.joined(separator: ", ")
            return ConfigurationProblem(
                file: file, line: context.mark.line, column: context.mark.column,
                path: keys.count == 1 ? keys[0] : "",
                message: "the key \(names) stands twice in one map",
                hint: "keep one of them")
        default:
            return ConfigurationProblem(
                file: file, message: "this is no YAML: \(error)",
                hint: "save the file as UTF-8 text")
        }
    }
}

extension YAMLNode {
    /// The value in a message: a text in quotes, cut after 60 characters, or the kind of value.
    package var words: String {
        switch content {
        case .null: "nothing"
        case .scalar(let text, _): "'\(text.prefix(60))\(text.count > 60 ? "…" : "")'"
        case .list: "a list"
        case .map: "a map"
        }
    }

    /// The kind of value, without its text.
    var shape: String {
        if case .scalar = content { return "a single value" }
        return words
    }

    /// Whether the value is null or was not written.
    package var isNull: Bool {
        if case .null = content { return true }
        return false
    }

    var isMap: Bool {
        if case .map = content { return true }
        return false
    }

    /// The value of a key; nil when this is not a map or when the key is missing or null.
    package subscript(key: String) -> YAMLNode? {
        guard case .map(let entries) = content,
            let value = entries.first(where: { $0.key == key })?.value, !value.isNull
        else { return nil }
        return value
    }

    /// The deepest node on a dotted path, to give a line to an error that has only a path. Keys may
    /// contain dots, list items are written `[1]`, and the search also descends into `{value: …}`.
    func nearest(_ path: String) -> YAMLNode {
        guard !path.isEmpty else { return self }
        switch content {
        case .map(let entries):
            let matches = entries.filter { entry in
                path == entry.key || [".", "["].contains { path.hasPrefix(entry.key + $0) }
            }
            guard let entry = matches.max(by: { $0.key.count < $1.key.count }) else {
                // The value may be wrapped in a map together with its source.
                return self["value"].map { $0.nearest(path) } ?? self
            }
            var rest = path.dropFirst(entry.key.count)
            if rest.hasPrefix(".") { rest = rest.dropFirst() }
            var next = entry.value.nearest(String(rest))
            if next.path == entry.value.path {
                // The message points to the key and not to the first line of its value.
                next.line = entry.line
                next.column = entry.column
            }
            return next
        case .list(let items):
            guard path.hasPrefix("["), let close = path.firstIndex(of: "]"),
                let index = Int(path[path.index(after: path.startIndex)..<close]),
                items.indices.contains(index)
            else { return self }
            var rest = path[path.index(after: close)...]
            if rest.hasPrefix(".") { rest = rest.dropFirst() }
            return items[index].nearest(String(rest))
        default:
            return self
        }
    }
}
