import Alerting
package import Labor

/// JSON values as one line of text, with sorted keys.
package enum JSONText {
    /// The value as one line; `null` when the value is nested deeper than `JSONWriter` allows.
    package static func line(_ value: JSONValue) -> String {
        var writer = JSONWriter()
        guard (try? writer.plain(value)) != nil else { return "null" }
        return writer.text
    }
}

extension JSONText {
    /// Parses a text.
    /// - Throws: `JSONError` when the text is not JSON.
    package static func value(_ text: String) throws -> JSONValue {
        try JSONValue(json: text)
    }
}
