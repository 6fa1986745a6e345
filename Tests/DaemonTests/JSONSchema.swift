import Labor

/// The part of JSON Schema that the schemas of this repository use.
struct JSONSchema {
    private let root: JSONValue

    init(_ root: JSONValue) { self.root = root }

    /// Where a value departs from the schema, and how; empty for a valid value.
    func faults(_ value: JSONValue) -> [String] { faults(value, root, "$") }

    private static let known: Set = [
        "$schema", "$id", "$defs", "title", "description", "type", "additionalProperties",
        "required", "properties", "items", "const", "enum", "anyOf", "$ref",
    ]

    private func faults(_ value: JSONValue, _ schema: JSONValue, _ path: String) -> [String] {
        guard case .object(let words) = schema else { return ["\(path): no schema"] }
        let unknown = Set(words.keys).subtracting(JSONSchema.known)
        var faults = unknown.map { "\(path): the test does not know '\($0)'" }
        if let name = words["$ref"]?.text.split(separator: "/").last {
            faults += self.faults(value, root["$defs"][String(name)], path)
        }
        if let constant = words["const"], constant != value { faults.append("\(path): \(value)") }
        if let choices = words["enum"], !choices.items.contains(value) {
            faults.append("\(path): \(value) is not one of \(choices)")
        }
        if let ways = words["anyOf"],
            !ways.items.contains(where: { self.faults(value, $0, path).isEmpty })
        {
            faults.append("\(path): \(value) fits none")
        }
        if let type = words["type"] {
            let types = type.items.isEmpty ? [type.text] : type.items.map(\.text)
            if !types.contains(where: { JSONSchema.isOf($0, value) }) {
                faults.append("\(path): \(value) is not of \(types)")
            }
        }
        for required in words["required"]?.items ?? [] {
            if case .object(let members) = value, members[required.text] == nil {
                faults.append("\(path): '\(required.text)' is missing")
            }
        }
        if case .object(let members) = value, let properties = words["properties"] {
            for (name, member) in members {
                if case .object(let all) = properties, let own = all[name] {
                    faults += self.faults(member, own, "\(path).\(name)")
                } else if words["additionalProperties"] == .bool(false) {
                    faults.append("\(path): '\(name)' is not in the schema")
                }
            }
        }
        if let items = words["items"] {
            for (index, item) in value.items.enumerated() {
                faults += self.faults(item, items, "\(path)[\(index)]")
            }
        }
        return faults
    }

    private static func isOf(_ type: String, _ value: JSONValue) -> Bool {
        switch (type, value) {
        case ("object", .object), ("array", .array), ("string", .string), ("integer", .int),
            ("number", .int), ("number", .double), ("boolean", .bool), ("null", .null):
            true
        default: false
        }
    }
}
