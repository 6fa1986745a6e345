/// A person who does something: an account that the system vouches for, and perhaps a name for whom.
package struct Actor: Hashable, Sendable, ExpressibleByStringLiteral,
    CustomStringConvertible
{
    /// The account, as the system knows it.
    package var account: String
    /// In whose name, as the person said; nil for their own.
    package var onBehalfOf: String?

    /// An actor from their account and, if they act for somebody else, that one's name.
    package init(_ account: String, onBehalfOf: String? = nil) {
        self.account = account
        self.onBehalfOf = onBehalfOf
    }

    /// An actor in their own name.
    package init(stringLiteral account: String) {
        self.init(account)
    }

    /// Both names on one line, for logs and answers.
    package var description: String { onBehalfOf.map { "\(account) for \($0)" } ?? account }
}
