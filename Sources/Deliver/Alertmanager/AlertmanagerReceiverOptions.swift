package import Labor

/// The settings of an Alertmanager receiver.
package struct AlertmanagerReceiverOptions: Sendable {
    /// The name in the configuration.
    package var name: String
    /// The base URL of Alertmanager, without `/api/v2/alerts`.
    package var url: String
    /// The credentials for the server.
    package var credentials: HTTPCredentials
    /// Seconds between two repetitions of open alerts. Alertmanager ends an alert that is not
    /// repeated for three times as long.
    package var resendSeconds: Int64
    /// The time limit of one request, seconds; more than 0 and at most 30.
    package var timeoutSeconds: Double
    /// Whether the address may be in a private network. Loopback is always allowed.
    package var allowPrivate: Bool
    /// A PEM file of certificate authorities that are trusted besides the system's; nil for none.
    package var authorityFile: String?
    /// The language of title, summary and steps.
    package var language: Language
    /// The zone whose UTC offset the times have.
    package var zone: Zone
    /// The beginning of `generatorURL`; nil leaves it empty.
    package var selfLinkBase: String?
    /// The value of the header `user-agent`, `laborwatch/<version>`.
    package var userAgent: String

    /// Creates settings. Each argument sets the property of the same name.
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
