package import Alerting
package import Labor

/// A note that a person added to an alert. It is stored, but nobody is notified of it.
package struct AlertNote: Hashable, Sendable {
    /// The kind of a note.
    package enum Kind: String, CaseIterable, Hashable, Sendable {
        /// A free comment.
        case note
        /// An assignment of the alert to a person or unit.
        case assign
        /// A verdict with its comment.
        case verdict
    }

    /// The kind of the note.
    package var kind: Kind
    /// When the note was written.
    package var at: Instant
    /// The text; for `assign` only the name of the person or unit.
    package var body: String
    /// The author.
    package var actor: Actor

    /// A note from its parts.
    package init(kind: Kind, at: Instant, body: String, actor: Actor) {
        self.kind = kind
        self.at = at
        self.body = body
        self.actor = actor
    }
}
