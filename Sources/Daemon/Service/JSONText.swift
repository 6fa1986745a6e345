import Alerting
import Foundation
package import Labor

/// JSON values as text in one line, with keys in order.
package enum JSONText {
    /// A value on one line.
    package static func line(_ value: JSONValue) -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        guard let data = try? encoder.encode(value) else { return "null" }
        return String(decoding: data, as: UTF8.self)
    }
}

extension JSONText {
    /// The value of a text.
    /// - Throws: `JSONError` when the text is no JSON.
    package static func value(_ text: String) throws -> JSONValue {
        try JSONValue(json: text)
    }
}
