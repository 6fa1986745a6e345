package import Labor

/// The settings of a webhook receiver.
package struct WebhookReceiverOptions: Sendable {
    /// The name in the configuration.
    package var name: String
    /// Where to post, `https://…` or `http://…`.
    package var url: String
    /// What the bodies are.
    package var format: WebhookFormat
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
    /// Whether the address may be one of a private network; off unless the administrator says so.
    package var allowPrivate: Bool
    /// Certificates of authorities in PEM that are trusted beside the system's; nil for none.
    package var authorityFile: String?
    /// The header `user-agent`, `laborwatch/<version>`.
    package var userAgent: String

    /// Settings from their parts.
    package init(
        name: String, url: String, format: WebhookFormat = .laborwatch, secret: WebhookSecret,
        timeoutSeconds: Double = 20, language: Language, zone: Zone, selfLinkBase: String? = nil,
        allowPrivate: Bool = false, authorityFile: String? = nil,
        userAgent: String = "laborwatch"
    ) {
        self.name = name
        self.url = url
        self.format = format
        self.secret = secret
        self.timeoutSeconds = timeoutSeconds
        self.language = language
        self.zone = zone
        self.selfLinkBase = selfLinkBase
        self.allowPrivate = allowPrivate
        self.authorityFile = authorityFile
        self.userAgent = userAgent
    }
}
