import Labor

/// A map inside a file of texts. It knows its key path, for error messages.
struct Branch {
    private let path: String
    private let members: [String: JSONValue]

    init(_ tree: JSONValue, path: String) throws(WordingError) {
        guard case .object(let members) = tree else {
            throw WordingError(
                code: "wrong_type", keyPath: path.isEmpty ? "texts" : path,
                message: "expected a map, found \(tree.kindName)",
                hint: "write 'key: value' lines below it, indented")
        }
        self.path = path
        self.members = members
    }

    /// The keys, sorted.
    var names: [String] { members.keys.sorted() }

    func isBranch(_ key: String) -> Bool {
        if case .object? = members[key] { true } else { false }
    }

    /// Throws `unknown_key` when the map has a key that is not in the list.
    func allow(_ known: [String]) throws(WordingError) {
        for name in names where !known.contains(name) {
            throw error(
                "unknown_key", name, "unknown key '\(name)'",
                hint: "known here: \(known.joined(separator: ", "))")
        }
    }

    func branch(_ key: String) throws(WordingError) -> Branch? {
        guard let value = present(key) else { return nil }
        return try Branch(value, path: keyPath(key))
    }

    func text(_ key: String) throws(WordingError) -> String? {
        guard let value = present(key) else { return nil }
        guard case .string(let text) = value else {
            throw error(
                "wrong_type", key, "expected a text, found \(value.kindName)",
                hint: "put the text in quotes")
        }
        return text
    }

    func list(_ key: String) throws(WordingError) -> [String]? {
        guard let value = present(key) else { return nil }
        let hint = "write one '- text' line for each"
        guard case .array(let values) = value else {
            throw error(
                "wrong_type", key, "expected a list of texts, found \(value.kindName)",
                hint: hint)
        }
        var texts: [String] = []
        for (index, value) in values.enumerated() {
            guard case .string(let text) = value else {
                throw error(
                    "wrong_type", "\(key)[\(index)]",
                    "expected a text, found \(value.kindName)", hint: hint)
            }
            texts.append(text)
        }
        return texts
    }

    /// All members as texts; throws `wrong_type` when a member is not a text.
    func texts() throws(WordingError) -> [String: String] {
        var texts: [String: String] = [:]
        for name in names { texts[name] = try text(name) }
        return texts
    }

    func missing(_ key: String) -> WordingError {
        error("missing_key", key, "there is no text", hint: "add the key with a text")
    }

    func error(_ code: String, _ key: String, _ message: String, hint: String) -> WordingError {
        WordingError(code: code, keyPath: keyPath(key), message: message, hint: hint)
    }

    private func keyPath(_ key: String) -> String { path.isEmpty ? key : "\(path).\(key)" }

    private func present(_ key: String) -> JSONValue? {
        members[key].flatMap { $0 == .null ? nil : $0 }
    }
}

extension JSONValue {
    fileprivate var kindName: String {
        switch self {
        case .null: "nothing"
        case .bool: "a truth value"
        case .int, .double: "a number"
        case .string: "a text"
        case .array: "a list"
        case .object: "a map"
        }
    }
}
