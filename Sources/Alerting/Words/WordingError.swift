/// An error in a file of texts.
package struct WordingError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The error code: `unknown_key`, `missing_key`, `wrong_type` or `bad_template`.
    package var code: String
    /// The key path of the error, for example `rules.layoff.statutory.title`.
    package var keyPath: String
    /// What was found and what was expected.
    package var message: String
    /// How to correct the error.
    package var hint: String

    /// Creates an error. Each argument sets the property of the same name.
    package init(code: String, keyPath: String, message: String, hint: String) {
        self.code = code
        self.keyPath = keyPath
        self.message = message
        self.hint = hint
    }

    /// Key path, message and hint on one line.
    package var description: String { "\(keyPath): \(message) (\(hint))" }
}
