import Foundation

/// A libpq connection string, keyword/value or URI. Its description hides the password.
package struct DSN: Hashable, Sendable {
    /// The string as written. Only libpq may get it.
    package let text: String

    /// A connection string from its text, not checked.
    package init(_ text: String) {
        self.text = text
    }

    /// The string with every value hidden that is or could be a secret.
    ///
    /// Values of unknown options are hidden too, so that a misspelt `password=` reveals nothing.
    package var redacted: String {
        if isURI { return redactedURI }
        guard let pairs = DSN.pairs(text) else { return "(no readable connection string)" }
        return pairs.map { key, value in
            "\(key)=\(DSN.isHarmless(key) ? DSN.quoted(value) : "***")"
        }.joined(separator: " ")
    }

    /// Why libpq would reject the string; nil when the string looks valid.
    var mistake: String? {
        if isURI { return nil }
        guard let pairs = DSN.pairs(text), !pairs.isEmpty else {
            return "expected 'keyword=value …' or 'postgresql://…'"
        }
        return nil
    }

    private var isURI: Bool {
        text.hasPrefix("postgresql://") || text.hasPrefix("postgres://")
    }

    /// A URI with the password hidden. Everything from the first `:` to the last `@` is hidden, so
    /// that an unescaped `@` or `/` in a password is hidden too.
    private var redactedURI: String {
        guard let start = text.range(of: "://")?.upperBound else { return "***" }
        var rest = String(text[start...])
        var user = ""
        if let at = rest.lastIndex(of: "@") {
            let login = rest[..<at]
            let hidden = login.contains(":") ? ":***" : ""
            user = login.prefix { $0 != ":" } + hidden + "@"
            rest = String(rest[rest.index(after: at)...])
        }
        guard let question = rest.firstIndex(of: "?") else { return text[..<start] + user + rest }
        let options = rest[rest.index(after: question)...].split(separator: "&").map { option in
            let key = option.prefix { $0 != "=" }
            return DSN.isHarmless(String(key)) ? String(option) : "\(key)=***"
        }
        return text[..<start] + user + rest[...question] + options.joined(separator: "&")
    }

    private static func isHarmless(_ key: String) -> Bool { harmless.contains(key) }

    private static let harmless: Set<String> = [
        "host", "hostaddr", "port", "dbname", "user", "service", "passfile", "connect_timeout",
        "client_encoding", "options", "application_name", "fallback_application_name",
        "keepalives", "keepalives_idle", "keepalives_interval", "keepalives_count",
        "tcp_user_timeout", "sslmode", "sslcert", "sslkey", "sslrootcert", "sslcrl", "gssencmode",
        "requirepeer", "target_session_attrs", "load_balance_hosts", "channel_binding",
    ]

    private static func quoted(_ value: String) -> String {
        let bare = !value.isEmpty && !value.contains { $0.isWhitespace || $0 == "'" || $0 == "\\" }
        if bare { return value }
        let escaped = value.map { $0 == "'" || $0 == "\\" ? "\\\($0)" : String($0) }
        return "'\(escaped.joined())'"
    }

    /// The options of a keyword/value string, parsed as libpq does; nil when libpq would reject the
    /// string.
    private static func pairs(_ text: String) -> [(String, String)]? {
        var pairs: [(String, String)] = []
        var rest = Substring(text)
        while true {
            rest = rest.drop(while: \.isWhitespace)
            if rest.isEmpty { return pairs }
            let key = rest.prefix { $0 != "=" && !$0.isWhitespace }
            rest = rest.dropFirst(key.count).drop(while: \.isWhitespace)
            guard !key.isEmpty, rest.first == "=" else { return nil }
            rest = rest.dropFirst().drop(while: \.isWhitespace)
            guard let value = takeValue(&rest) else { return nil }
            pairs.append((String(key), value))
        }
    }

    private static func takeValue(_ rest: inout Substring) -> String? {
        let quoted = rest.first == "'"
        if quoted { rest = rest.dropFirst() }
        var value = ""
        while let letter = rest.first {
            if quoted ? letter == "'" : letter.isWhitespace {
                rest = rest.dropFirst()
                return value
            }
            rest = rest.dropFirst()
            guard letter == "\\" else {
                value.append(letter)
                continue
            }
            guard let escaped = rest.popFirst() else { return nil }
            value.append(escaped)
        }
        return quoted ? nil : value
    }
}

extension DSN: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// The string without secrets.
    package var description: String { redacted }

    /// The same as `description`.
    package var debugDescription: String { redacted }

    /// An empty mirror, so that a dump of the configuration shows no password.
    package var customMirror: Mirror { Mirror(self, children: []) }
}
