/// A person who acts on an alert: an authenticated account and, optionally, the name of the person
/// on whose behalf the account acts.
package struct Actor: Hashable, Sendable, ExpressibleByStringLiteral,
    CustomStringConvertible
{
    /// The account name, as the database or the operating system authenticated it.
    package var account: String
    /// The name of the represented person, as the actor stated it; nil when the actor acts for
    /// themself.
    package var onBehalfOf: String?

    /// An actor from an account and, optionally, the name of the represented person.
    package init(_ account: String, onBehalfOf: String? = nil) {
        self.account = account
        self.onBehalfOf = onBehalfOf
    }

    /// An actor that acts for themself.
    package init(stringLiteral account: String) {
        self.init(account)
    }

    /// Account and represented person on one line, for logs and answers.
    package var description: String { onBehalfOf.map { "\(account) for \($0)" } ?? account }
}
