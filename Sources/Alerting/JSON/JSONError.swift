/// A JSON text that could not be parsed or written.
package struct JSONError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The error code: `json_syntax`, `json_depth` or `json_shape`.
    package var code: String
    /// What was found, at which byte or key, and what was expected.
    package var message: String
    /// How to correct the error.
    package var hint: String

    /// Creates an error. Each argument sets the property of the same name.
    package init(code: String, message: String, hint: String) {
        self.code = code
        self.message = message
        self.hint = hint
    }

    /// Message and hint on one line.
    package var description: String { "\(message) (\(hint))" }

    static func syntax(_ message: String, at offset: Int) -> JSONError {
        JSONError(
            code: "json_syntax", message: "\(message) at byte \(offset)",
            hint: "the text is not what laborwatch wrote; restore it or remove the row")
    }

    static let depth = JSONError(
        code: "json_depth",
        message: "JSON is nested deeper than \(JSONWriter.depthMax) levels",
        hint: "keep the values of evidence rows flat")

    static func shape(_ message: String) -> JSONError {
        JSONError(
            code: "json_shape", message: message,
            hint: "the text was written by another version or by hand; compare it with the manual")
    }
}
