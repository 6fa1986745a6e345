import Foundation
package import Labor

/// The settings of a webhook receiver.
package struct WebhookReceiverOptions: Sendable {
    /// The name in the configuration.
    package var name: String
    /// Where to post, `https://…` or `http://…`.
    package var url: String
    /// What messages are signed with.
    package var secret: WebhookSecret
    /// Seconds that one request may take, more than 0 and at most 30 (Standard Webhooks: 15 to 30).
    package var timeoutSeconds: Double
    /// The language of title, summary and steps.
    package var language: Language
    /// Where the times' offset comes from.
    package var zone: Zone
    /// What `links.self` begins with; nil leaves the link out.
    package var selfLinkBase: String?
    /// Whether the address may be a private or local one. On by default, for the address comes from
    /// the administrator and bureaus live in private networks; off, an address that is *written* as
    /// private or local is refused (names are not looked up).
    package var allowPrivate: Bool
    /// The header `user-agent`, `laborwatch/<version>`.
    package var userAgent: String

    /// Settings from their parts.
    package init(
        name: String, url: String, secret: WebhookSecret, timeoutSeconds: Double = 20,
        language: Language, zone: Zone, selfLinkBase: String? = nil, allowPrivate: Bool = true,
        userAgent: String = "laborwatch"
    ) {
        self.name = name
        self.url = url
        self.secret = secret
        self.timeoutSeconds = timeoutSeconds
        self.language = language
        self.zone = zone
        self.selfLinkBase = selfLinkBase
        self.allowPrivate = allowPrivate
        self.userAgent = userAgent
    }
}

/// What is checked of a webhook's settings before the first message.
enum WebhookAddress {
    static func check(_ options: WebhookReceiverOptions) throws(ReceiverError) {
        guard options.timeoutSeconds > 0, options.timeoutSeconds <= Limits.timeoutSecondsMax else {
            throw ReceiverError(
                code: "timeout_invalid",
                message: "the receiver \(options.name) has a timeout of "
                    + "\(options.timeoutSeconds) s instead of more than 0 and at most 30 s",
                hint: "leave it out for 20 s")
        }
        guard let url = URL(string: options.url), let host = url.host, !host.isEmpty,
            let scheme = url.scheme?.lowercased(), ["http", "https"].contains(scheme)
        else {
            throw ReceiverError(
                code: "url_invalid",
                message: "the receiver \(options.name) has an address that is not http(s)://host/…",
                hint: "write it as https://host:port/path")
        }
        guard options.allowPrivate || !isPrivate(host) else {
            throw ReceiverError(
                code: "url_private",
                message: "the receiver \(options.name) has the private or local address \(host)",
                hint: "allow private addresses for this receiver, or name a public one")
        }
    }

    /// Whether a host is written as a local name or as an address that is not public.
    static func isPrivate(_ host: String) -> Bool {
        let bare = host.lowercased().trimmingCharacters(in: CharacterSet(charactersIn: "[]."))
        if bare == "localhost" || bare.hasSuffix(".localhost") { return true }
        if bare.contains(":") {
            // An IPv4 address inside an IPv6 one is judged by itself.
            if bare.contains("."), let inner = bare.split(separator: ":").last {
                return isPrivate(String(inner))
            }
            return bare == "::1" || bare == "::"
                || ["fc", "fd", "fe8", "fe9", "fea", "feb"].contains { bare.hasPrefix($0) }
        }
        let parts = bare.split(separator: ".", omittingEmptySubsequences: false)
        let octets = parts.compactMap { UInt8($0) }
        guard octets.count == 4, parts.count == 4 else {
            // Such as 2130706433 or 0x7f000001, which resolvers take for 127.0.0.1.
            return UInt64(bare) != nil || bare.hasPrefix("0x")
        }
        return switch (octets[0], octets[1]) {
        case (0, _), (10, _), (127, _), (192, 168), (169, 254): true
        case (172, 16...31), (100, 64...127): true
        default: false
        }
    }
}
