import Foundation

/// Checks a receiver's URL and HTTP settings before the first message.
package enum HTTPAddress {
    /// A mistake in an address. No message quotes the address, because it may contain a secret.
    package enum Mistake: Hashable, Sendable {
        /// The address begins with neither `https://` nor `http://`.
        case scheme
        /// The address has no host after the scheme.
        case host
        /// The address has a blank or a line end.
        case blank
        /// The address has a user name or a password, which would not be sent with a request.
        case credentials
        /// The address has a part after `#`, which would not be sent with a request.
        case fragment

        /// The description of the mistake.
        package var message: String {
            switch self {
            case .scheme: "expected an address that begins with https:// or http://"
            case .host: "expected a host after the scheme"
            case .blank: "expected an address without blanks"
            case .credentials: "the address holds a user or a password before '@'"
            case .fragment: "the address has a part after '#', which no server gets"
            }
        }

        /// The correction; nil when the caller gives an example instead.
        package var hint: String? {
            switch self {
            case .scheme, .host, .blank: nil
            case .credentials:
                "write the host alone; a receiver of type alertmanager or cap logs in with "
                    + "'username' and 'password_file', or with 'token_file'; a webhook is signed "
                    + "with 'secret_file' instead"
            case .fragment: "leave it out; write %23 for a '#' that belongs to the path"
            }
        }
    }

    /// The mistake in the address of a server; nil when a request can be sent to the address and no
    /// part of the address would be lost.
    package static func mistake(in text: String) -> Mistake? {
        let lowered = text.lowercased()
        guard let scheme = ["http://", "https://"].first(where: lowered.hasPrefix) else {
            return .scheme
        }
        let rest = text.unicodeScalars.dropFirst(scheme.unicodeScalars.count)
        // Some parsers take a backslash for a slash: whichever comes first ends the authority.
        let authority = rest.prefix { !"/?#\\".unicodeScalars.contains($0) }
        if authority.contains("@") { return .credentials }
        guard let first = authority.first, first != ":" else { return .host }
        if text.unicodeScalars.contains(where: \.properties.isWhitespace) { return .blank }
        return rest.contains("#") ? .fragment : nil
    }

    static func check(
        name: String, url address: String, timeoutSeconds: Double, allowPrivate: Bool,
        authorityFile: String?, credentials: HTTPCredentials = .none
    ) throws(ReceiverError) {
        try ReceiverError.checkTimeout(timeoutSeconds, of: name)
        guard let url = URL(string: address), let host = url.host, !host.isEmpty,
            let scheme = url.scheme?.lowercased(), ["http", "https"].contains(scheme)
        else {
            throw ReceiverError(
                code: "url_invalid",
                message: "the receiver \(name) has an address that is not http(s)://host/…",
                hint: "write it as https://host:port/path")
        }
        if let mistake = mistake(in: address) {
            throw ReceiverError(
                code: "url_invalid", message: "the address of \(name): \(mistake.message)",
                hint: mistake.hint ?? "write it as https://host:port/path")
        }
        guard allowPrivate || PrivateAddress.refusal(ofHost: host) == nil else {
            throw ReceiverError(
                code: "url_private",
                message: "the receiver \(name) has the private address \(host)",
                hint: "set allow_private: true for this receiver, or name a public address")
        }
        guard authorityFile == nil || scheme == "https" else {
            throw ReceiverError(
                code: "authority_unused",
                message: "the receiver \(name) has authorities for an address without TLS",
                hint: "write its url with https://, or leave 'ca_file' out")
        }
        guard credentials.isOneLine else {
            throw ReceiverError(
                code: "secret_invalid",
                message: "the file of the password or token of \(name) has more than one line",
                hint: "put nothing but the secret into it")
        }
    }
}
