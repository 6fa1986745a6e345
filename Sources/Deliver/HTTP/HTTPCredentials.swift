import Foundation

/// How a receiver shows who it is to an HTTP server.
package enum HTTPCredentials: Hashable, Sendable {
    /// Not at all.
    case none
    /// A user and a password (RFC 7617).
    case basic(user: String, password: Credential)
    /// A token (RFC 6750).
    case bearer(token: Credential)

    /// The header, where there is one.
    var headers: [(name: String, value: String)] {
        switch self {
        case .none: []
        case .basic(let user, let password):
            [
                (
                    "authorization",
                    "Basic " + Data("\(user):\(password.text)".utf8).base64EncodedString()
                )
            ]
        case .bearer(let token): [("authorization", "Bearer \(token.text)")]
        }
    }
}
