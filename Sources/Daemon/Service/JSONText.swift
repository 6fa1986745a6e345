import Alerting
import Foundation
package import Labor

/// JSON values as one line of text, with sorted keys.
package enum JSONText {
    /// The value as one line.
    package static func line(_ value: JSONValue) -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        guard let data = try? encoder.encode(value) else { return "null" }
        return String(decoding: data, as: UTF8.self)
    }
}

extension JSONText {
    /// Parses a text.
    /// - Throws: `JSONError` when the text is not JSON.
    package static func value(_ text: String) throws -> JSONValue {
        try JSONValue(json: text)
    }
}
