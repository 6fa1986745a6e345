package import Alerting
package import Labor

/// What a person wrote of an alert: history, but nobody is told of it.
package struct AlertNote: Hashable, Sendable {
    /// What is written.
    package enum Kind: String, CaseIterable, Hashable, Sendable {
        /// Something worth knowing.
        case note
        /// Whom the alert was given to.
        case assign
        /// What the alert turned out to be, and why.
        case verdict
    }

    /// What is written.
    package var kind: Kind
    /// When.
    package var at: Instant
    /// The words; for `assign` the person or unit alone.
    package var body: String
    /// Who wrote it.
    package var actor: Actor

    /// A note from its parts.
    package init(kind: Kind, at: Instant, body: String, actor: Actor) {
        self.kind = kind
        self.at = at
        self.body = body
        self.actor = actor
    }
}
