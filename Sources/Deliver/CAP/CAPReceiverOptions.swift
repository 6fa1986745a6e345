package import Labor

/// Words that every message of a CAP receiver carries (OASIS CAP 1.2 section 3.2.1).
package struct CAPProfile: Hashable, Sendable {
    /// Whether messages are meant.
    package enum Status: String, CaseIterable, Hashable, Sendable {
        /// To be acted on by all.
        case actual
        /// To be acted on by those who take part in an exercise.
        case exercise
        /// To be ignored by all: the way is tested.
        case test
    }

    /// Who issues the messages, unique in the world: an address or a domain. Without blanks,
    /// commas, `<` and `&`.
    package var sender: String
    /// Whether messages are meant.
    package var status: Status
    /// Who may read them: every message has the scope `Restricted` and this restriction, for tiers
    /// are the bureau's own and no public warning. Nil for the built-in words.
    package var restriction: String?

    /// A profile from its parts.
    package init(sender: String, status: Status = .actual, restriction: String? = nil) {
        self.sender = sender
        self.status = status
        self.restriction = restriction
    }

    /// Whether a text may be a sender or an identifier.
    package static func isWord(_ text: String) -> Bool {
        !text.isEmpty && text.allSatisfy { !$0.isWhitespace && !",<&".contains($0) }
    }
}

/// The settings of a CAP receiver: files, a server, or both.
package struct CAPReceiverOptions: Sendable {
    /// The name in the configuration.
    package var name: String
    /// What every message carries.
    package var profile: CAPProfile
    /// Where the files are written; nil for none. Made with mode 0750 when it is missing.
    package var directory: String?
    /// Days that a file is kept after it was written; 0 keeps them for ever.
    package var retentionDays: Int
    /// Where messages are posted; nil for nowhere.
    package var url: String?
    /// How it is logged in there.
    package var credentials: HTTPCredentials
    /// Seconds that one request may take, more than 0 and at most 30.
    package var timeoutSeconds: Double
    /// Whether the address may lie in a private network; loopback may always.
    package var allowPrivate: Bool
    /// Certificates of authorities in PEM that are trusted beside the system's; nil for none.
    package var authorityFile: String?
    /// The language whose `info` comes first; the other one follows.
    package var language: Language
    /// Where the times' offset comes from.
    package var zone: Zone
    /// What `web` begins with; nil leaves it out.
    package var selfLinkBase: String?
    /// The header `user-agent`, `laborwatch/<version>`.
    package var userAgent: String

    /// Settings from their parts.
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
