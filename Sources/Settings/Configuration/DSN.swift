import Foundation

/// A connection string of libpq, keyword/value or URI. Printing it never prints a password.
package struct DSN: Hashable, Sendable {
    /// The string as written, for libpq alone.
    package let text: String

    /// A connection string from its text, unchecked.
    package init(_ text: String) {
        self.text = text
    }

    /// The string with everything hidden that is or could be a secret.
    ///
    /// Options that are not known to be harmless are hidden, too, so that a typing error in
    /// `password=` gives nothing away.
    package var redacted: String {
        if isURI { return redactedURI }
        guard let pairs = DSN.pairs(text) else { return "(no readable connection string)" }
        return pairs.map { key, value in
            "\(key)=\(DSN.isHarmless(key) ? DSN.quoted(value) : "***")"
        }.joined(separator: " ")
    }

    /// Why libpq could not read the string; nil when it looks right.
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

    /// The user, then up to the last `@` nothing: an unescaped `@` or `/` of a password hides, too.
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

    /// The options of a keyword/value string as libpq reads them; nil when it would not.
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
    /// The string without its secrets.
    package var description: String { redacted }

    /// The same as `description`.
    package var debugDescription: String { redacted }

    /// Nothing inside, so that dumping a configuration shows no password either.
    package var customMirror: Mirror { Mirror(self, children: []) }
}
