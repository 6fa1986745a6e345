package import Labor

/// The settings of a webhook receiver.
package struct WebhookReceiverOptions: Sendable {
    /// The name in the configuration.
    package var name: String
    /// The URL, `https://…` or `http://…`.
    package var url: String
    /// The format of the bodies.
    package var format: WebhookFormat
    /// The secret that signs messages.
    package var secret: WebhookSecret
    /// The time limit of one request, seconds; more than 0 and at most 30 (Standard Webhooks: 15 to
    /// 30).
    package var timeoutSeconds: Double
    /// The language of title, summary and steps.
    package var language: Language
    /// The zone whose UTC offset the times have.
    package var zone: Zone
    /// The beginning of `links.self`; nil leaves the link out.
    package var selfLinkBase: String?
    /// Whether the address may be in a private network; false by default.
    package var allowPrivate: Bool
    /// A PEM file of certificate authorities that are trusted besides the system's; nil for none.
    package var authorityFile: String?
    /// The value of the header `user-agent`, `laborwatch/<version>`.
    package var userAgent: String

    /// Creates settings. Each argument sets the property of the same name.
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
