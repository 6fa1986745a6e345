import Foundation

/// How a receiver shows who it is to an HTTP server.
package enum HTTPCredentials: Hashable, Sendable {
    /// Not at all.
    case none
    /// A user and a password (RFC 7617).
    case basic(user: String, password: Credential)
    /// A token (RFC 6750).
    case bearer(token: Credential)

    /// Whether what is secret fits into a header.
    var isOneLine: Bool {
        secrets.allSatisfy { secret in
            secret.text.unicodeScalars.allSatisfy { $0.value >= 0x20 && $0.value != 0x7F }
        }
    }

    /// What must be told to nobody else, also as it stands in the header.
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
