import Foundation

/// How a receiver shows who it is to an HTTP server. Its descriptions never show the secret.
package enum HTTPCredentials: Hashable, Sendable, CustomStringConvertible,
    CustomDebugStringConvertible, CustomReflectable
{
    /// Not at all.
    case none
    /// A user and a password (RFC 7617).
    case basic(user: String, password: String)
    /// A token (RFC 6750).
    case bearer(token: String)

    /// The header, where there is one.
    var headers: [(name: String, value: String)] {
        switch self {
        case .none: []
        case .basic(let user, let password):
            [
                (
                    "authorization",
                    "Basic " + Data("\(user):\(password)".utf8).base64EncodedString()
                )
            ]
        case .bearer(let token): [("authorization", "Bearer \(token)")]
        }
    }

    /// The way, and nothing else.
    package var description: String {
        switch self {
        case .none: "none"
        case .basic: "basic"
        case .bearer: "bearer"
        }
    }

    /// The same as `description`.
    package var debugDescription: String { description }

    /// An empty mirror, so that a dump shows no secret.
    package var customMirror: Mirror { Mirror(self, children: []) }
}
