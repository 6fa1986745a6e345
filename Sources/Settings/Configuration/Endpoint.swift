import Foundation

/// The address of a webhook. Printing it shows the host only: many services put a token into the
/// path or the query.
package struct Endpoint: Hashable, Sendable {
    /// The address as written.
    package let text: String

    /// An address from its text, unchecked.
    package init(_ text: String) {
        self.text = text
    }

    /// Scheme, host and port; `…` stands for what follows.
    package var redacted: String {
        guard let start = text.range(of: "://")?.upperBound else { return "…" }
        let authority = text[start...].prefix { $0 != "/" && $0 != "?" && $0 != "#" }
        let host = authority.lastIndex(of: "@").map { authority[authority.index(after: $0)...] }
        let rest = text[start...].dropFirst(authority.count)
        return text[..<start] + (host ?? authority) + (rest.isEmpty || rest == "/" ? "" : "/…")
    }

    /// What is wrong with the address; nil when it is http or https with a host.
    var mistake: String? {
        let schemes = ["http://", "https://"]
        guard let scheme = schemes.first(where: { text.lowercased().hasPrefix($0) }) else {
            return "expected an address that begins with https:// or http://"
        }
        let rest = text.dropFirst(scheme.count)
        guard let first = rest.first, !"/?#:@".contains(first) else {
            return "expected a host after \(scheme)"
        }
        guard !text.contains(where: { $0.isWhitespace }) else {
            return "expected an address without blanks"
        }
        return nil
    }
}

extension Endpoint: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// The address without its secrets.
    package var description: String { redacted }

    /// The same as `description`.
    package var debugDescription: String { redacted }

    /// Nothing inside, so that dumping a configuration shows no token either.
    package var customMirror: Mirror { Mirror(self, children: []) }
}
