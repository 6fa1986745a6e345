import Foundation

/// A secret: a password, a signing secret, or a URL that contains a token.
///
/// All descriptions hide the text, so that no log, error or dump of settings can show it.
package struct Credential: Hashable, Sendable, CustomStringConvertible,
    CustomDebugStringConvertible,
    CustomReflectable
{
    /// The secret text.
    let text: String

    /// A credential from its text; surrounding white space and line ends are removed.
    package init(_ text: String) {
        self.text = text.trimmingCharacters(in: .whitespacesAndNewlines)
    }

    /// Whether the text is empty.
    package var isEmpty: Bool { text.isEmpty }

    /// A foreign text with this credential replaced by `…`, because answers may quote the request.
    /// A credential of fewer than 6 bytes is not replaced.
    func scrubbed(from text: String) -> String {
        self.text.utf8.count < 6 ? text : text.replacing(self.text, with: "…")
    }

    /// A placeholder instead of the secret text.
    package var description: String { "…" }

    /// The same as `description`.
    package var debugDescription: String { description }

    /// An empty mirror, so that a dump shows nothing.
    package var customMirror: Mirror { Mirror(self, children: []) }
}
