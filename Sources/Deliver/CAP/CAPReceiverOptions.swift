package import Labor

/// The elements that every message of a CAP receiver has (OASIS CAP 1.2 section 3.2.1).
package struct CAPProfile: Hashable, Sendable {
    /// The status of the messages: real, exercise or test.
    package enum Status: String, CaseIterable, Hashable, Sendable {
        /// All recipients must act.
        case actual
        /// Only the participants of an exercise must act.
        case exercise
        /// All recipients must ignore the message; it tests the connection.
        case test
    }

    /// The issuer of the messages, unique worldwide: a mail address or a domain, without white
    /// space, commas, `<` and `&`.
    package var sender: String
    /// The status of the messages.
    package var status: Status
    /// The audience. Every message has the scope `Restricted` and this restriction, because the
    /// tiers are internal to the bureau and no public warning. nil for the built-in text.
    package var restriction: String?

    /// Creates a profile. Each argument sets the property of the same name.
    package init(sender: String, status: Status = .actual, restriction: String? = nil) {
        self.sender = sender
        self.status = status
        self.restriction = restriction
    }

    /// Whether a text may be a sender or an identifier: not empty, without white space, `,`, `<`
    /// and `&`.
    package static func isWord(_ text: String) -> Bool {
        !text.isEmpty && text.allSatisfy { !$0.isWhitespace && !",<&".contains($0) }
    }
}

/// The settings of a CAP receiver, which writes files, posts to a server, or does both.
package struct CAPReceiverOptions: Sendable {
    /// The name in the configuration.
    package var name: String
    /// The elements that every message has.
    package var profile: CAPProfile
    /// The directory of the files; nil for none. A missing directory is created with mode 0750.
    package var directory: String?
    /// Days that a file is kept after it was written; 0 keeps all files.
    package var retentionDays: Int
    /// The URL to which messages are posted; nil for none.
    package var url: String?
    /// The credentials for the server.
    package var credentials: HTTPCredentials
    /// The time limit of one request, seconds; more than 0 and at most 30.
    package var timeoutSeconds: Double
    /// Whether the address may be in a private network. Loopback is always allowed.
    package var allowPrivate: Bool
    /// A PEM file of certificate authorities that are trusted besides the system's; nil for none.
    package var authorityFile: String?
    /// The language of the first `info` block; the other language follows.
    package var language: Language
    /// The zone whose UTC offset the times have.
    package var zone: Zone
    /// The beginning of `web`; nil leaves the element out.
    package var selfLinkBase: String?
    /// The value of the header `user-agent`, `laborwatch/<version>`.
    package var userAgent: String

    /// Creates settings. Each argument sets the property of the same name.
    package init(
        name: String, profile: CAPProfile, directory: String?, retentionDays: Int = 400,
        url: String? = nil, credentials: HTTPCredentials = .none, timeoutSeconds: Double = 20,
        allowPrivate: Bool = false, authorityFile: String? = nil,
        language: Language, zone: Zone, selfLinkBase: String? = nil,
        userAgent: String = "laborwatch"
    ) {
        self.name = name
        self.profile = profile
        self.directory = directory
        self.retentionDays = retentionDays
        self.url = url
        self.credentials = credentials
        self.timeoutSeconds = timeoutSeconds
        self.allowPrivate = allowPrivate
        self.authorityFile = authorityFile
        self.language = language
        self.zone = zone
        self.selfLinkBase = selfLinkBase
        self.userAgent = userAgent
    }
}
