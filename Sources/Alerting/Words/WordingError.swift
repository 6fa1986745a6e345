/// A mistake in a file of texts.
package struct WordingError: Error, Hashable, Sendable, CustomStringConvertible {
    /// A stable word: `unknown_key`, `missing_key`, `wrong_type` or `bad_template`.
    package var code: String
    /// Where it is, `rules.layoff.statutory.title`.
    package var keyPath: String
    /// What was found and what was expected.
    package var message: String
    /// What to do about it.
    package var hint: String

    /// An error from its parts.
    package init(code: String, keyPath: String, message: String, hint: String) {
        self.code = code
        self.keyPath = keyPath
        self.message = message
        self.hint = hint
    }

    /// Place, message and hint as one line.
    package var description: String { "\(keyPath): \(message) (\(hint))" }
}
