import Foundation

/// How a receiver authenticates to an HTTP server.
package enum HTTPCredentials: Hashable, Sendable {
    /// No authentication.
    case none
    /// User name and password (RFC 7617).
    case basic(user: String, password: Credential)
    /// A bearer token (RFC 6750).
    case bearer(token: Credential)

    /// Whether the secrets contain no control characters, so that they fit into a header.
    var isOneLine: Bool {
        secrets.allSatisfy { secret in
            secret.text.unicodeScalars.allSatisfy { $0.value >= 0x20 && $0.value != 0x7F }
        }
    }

    /// The secrets in plain form and in the form of the header's value.
    var secrets: [Credential] {
        let plain: [Credential] =
            switch self {
            case .none: []
            case .basic(_, let password): [password]
            case .bearer(let token): [token]
            }
        let words = headers.compactMap { $0.value.split(separator: " ").last }
        return plain + words.map { Credential(String($0)) }
    }

    /// The header `authorization`; empty without credentials.
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
