package import Labor

/// The settings of an Alertmanager receiver.
package struct AlertmanagerReceiverOptions: Sendable {
    /// The name in the configuration.
    package var name: String
    /// Where Alertmanager is, without `/api/v2/alerts`.
    package var url: String
    /// How it is logged in there.
    package var credentials: HTTPCredentials
    /// Seconds after which what stands is pushed again. An alert that is not repeated ends over
    /// there after three times as many.
    package var resendSeconds: Int64
    /// Seconds that one request may take, more than 0 and at most 30.
    package var timeoutSeconds: Double
    /// Whether the address may lie in a private network; loopback may always.
    package var allowPrivate: Bool
    /// Certificates of authorities in PEM that are trusted beside the system's; nil for none.
    package var authorityFile: String?
    /// The language of title, summary and steps.
    package var language: Language
    /// Where the times' offset comes from.
    package var zone: Zone
    /// What `generatorURL` begins with; nil leaves it empty.
    package var selfLinkBase: String?
    /// The header `user-agent`, `laborwatch/<version>`.
    package var userAgent: String

    /// Settings from their parts.
    package init(
        name: String, url: String, credentials: HTTPCredentials = .none,
        resendSeconds: Int64 = 60, timeoutSeconds: Double = 20,
        allowPrivate: Bool = false, authorityFile: String? = nil, language: Language, zone: Zone,
        selfLinkBase: String? = nil, userAgent: String = "laborwatch"
    ) {
        self.name = name
        self.url = url
        self.credentials = credentials
        self.resendSeconds = resendSeconds
        self.timeoutSeconds = timeoutSeconds
        self.allowPrivate = allowPrivate
        self.authorityFile = authorityFile
        self.language = language
        self.zone = zone
        self.selfLinkBase = selfLinkBase
        self.userAgent = userAgent
    }
}
