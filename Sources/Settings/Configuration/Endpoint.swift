import Deliver
import Foundation

/// The URL of a receiver. Its description shows only the host, because many services put a token
/// into the path or the query.
package struct Endpoint: Hashable, Sendable {
    /// The URL as written.
    package let text: String

    /// A URL from its text, not checked.
    package init(_ text: String) {
        self.text = text
    }

    /// Scheme, host and port; `…` replaces the rest.
    package var redacted: String {
        guard let start = text.range(of: "://")?.upperBound else { return "…" }
        let authority = text[start...].prefix { $0 != "/" && $0 != "?" && $0 != "#" }
        let host = authority.lastIndex(of: "@").map { authority[authority.index(after: $0)...] }
        let rest = text[start...].dropFirst(authority.count)
        return text[..<start] + (host ?? authority) + (rest.isEmpty || rest == "/" ? "" : "/…")
    }

    /// The mistake in the address; nil when the address is http or https with a host, and has no
    /// part that would not be sent with a request.
    var mistake: HTTPAddress.Mistake? { HTTPAddress.mistake(in: text) }
}

extension Endpoint: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// The URL without secrets.
    package var description: String { redacted }

    /// The same as `description`.
    package var debugDescription: String { redacted }

    /// An empty mirror, so that a dump of the configuration shows no token.
    package var customMirror: Mirror { Mirror(self, children: []) }
}
