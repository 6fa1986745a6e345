import Foundation

/// Something that opens a door: a password, a signing secret, an address with a token inside.
///
/// Its descriptions show nothing, so that no log, no error and no dump of settings can.
package struct Credential: Hashable, Sendable, CustomStringConvertible,
    CustomDebugStringConvertible,
    CustomReflectable
{
    /// The text itself.
    let text: String

    /// A credential from its text; blanks and line ends around it do not count.
    package init(_ text: String) {
        self.text = text.trimmingCharacters(in: .whitespacesAndNewlines)
    }

    /// Whether there is nothing inside.
    package var isEmpty: Bool { text.isEmpty }

    /// Foreign text without this credential in it, for answers that quote what was asked.
    func scrubbed(from text: String) -> String {
        self.text.utf8.count < 6 ? text : text.replacing(self.text, with: "…")
    }

    /// Nothing of the credential.
    package var description: String { "…" }

    /// The same as `description`.
    package var debugDescription: String { description }

    /// An empty mirror, so that a dump shows nothing.
    package var customMirror: Mirror { Mirror(self, children: []) }
}
