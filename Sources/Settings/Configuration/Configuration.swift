package import Alerting
package import Deliver
package import Labor
package import Source

/// The settings of the daemon: checked values, with all defaults filled in.
///
/// The description of a configuration contains no secret.
package struct Configuration: Sendable, Hashable {
    /// The source of the bureau's figures.
    package struct Source: Sendable, Hashable {
        /// The source database; nil when it is not configured.
        package var dsn: DSN?
        /// The time between two polls.
        package var interval: Duration
        /// Whether NOTIFY triggers a poll before the interval has passed.
        package var notify: Bool
        /// The number of months that are read for each enterprise.
        package var windowMonths: Int
        /// The overlap of two polls of a view without transaction IDs. A poll reads the rows whose
        /// `reported_at` is later than the previous poll minus this duration.
        package var overlap: Duration
        /// The deadline of each statement.
        package var statementTimeout: Duration
        /// The bureau's own views and queries, by table.
        package var maps: SourceMap
    }

    /// The store of the alerts.
    package struct Store: Sendable, Hashable {
        /// The store's database; by default that of the source; nil when neither is configured.
        package var dsn: DSN?
        /// How long a lease is valid without renewal. Its holder is the only daemon that evaluates.
        package var lease: Duration
        /// The deadline of each statement.
        package var statementTimeout: Duration
    }

    /// The choice of rules and texts.
    package struct Rules: Sendable, Hashable {
        /// A directory of rule files that replace or extend the built-in ones; nil for the built-in
        /// ones alone.
        package var directory: String?
        /// A directory of texts that replace or extend the built-in ones; nil for the built-in ones
        /// alone.
        package var textsDirectory: String?
        /// A file of playbooks that replace the built-in ones kind by kind; nil for the built-in
        /// ones alone.
        package var playbooksFile: String?
        /// The only rules to evaluate; nil for those that are enabled in their files.
        package var enabled: [RuleID]?
        /// Rules to leave out.
        package var disabled: [RuleID]

        /// The built-in rules and texts without changes.
        package static let builtIn = Rules(
            directory: nil, textsDirectory: nil, enabled: nil, disabled: [])

        /// Creates a choice. Each argument sets the property of the same name.
        package init(
            directory: String?, textsDirectory: String?, enabled: [RuleID]?, disabled: [RuleID],
            playbooksFile: String? = nil
        ) {
            self.directory = directory
            self.textsDirectory = textsDirectory
            self.enabled = enabled
            self.disabled = disabled
            self.playbooksFile = playbooksFile
        }
    }

    /// One receiver of alerts.
    package struct Receiver: Sendable, Hashable {
        /// The type of the receiver and its settings.
        package enum Way: Sendable, Hashable {
            /// JSON lines in a directory, kept for a number of days; optionally with a copy per
            /// tier.
            case file(directory: String, retentionDays: Int, perTier: Bool)
            /// A signed POST; the secret is in a file.
            case webhook(
                url: Endpoint, secretFile: String, format: WebhookFormat, timeout: Duration)
            /// Posts to an Alertmanager, repeated while an alert is open.
            case alertmanager(
                url: Endpoint, resend: Duration, timeout: Duration, credentials: Credentials)
            /// CAP 1.2 messages, written to files, posted, or both.
            case cap(
                profile: CAPProfile, directory: String?, retentionDays: Int, url: Endpoint?,
                timeout: Duration, credentials: Credentials)
            /// A message from a chat service's group bot.
            case chat(ChatSettings)
            /// A mail.
            case mail(MailSettings)
            /// A message to a syslog daemon.
            case syslog(SyslogSettings)
            /// An entry of the journal.
            case journald(JournaldSettings)
        }

        /// The credentials for an HTTP server; the secrets are in files.
        package enum Credentials: Sendable, Hashable {
            /// No authentication.
            case none
            /// The user name and the file with the password.
            case basic(user: String, passwordFile: String)
            /// The file with a bearer token.
            case bearer(tokenFile: String)
        }

        /// The receiver's name and the filter of its alerts.
        package var filter: ReceiverFilter
        /// The language of the receiver's texts.
        package var language: Language
        /// The type of the receiver and its settings.
        package var way: Way
        /// The receiver that gets a delivery that was abandoned; nil for none.
        package var fallback: String? = nil
        /// Whether the address may be in a private network.
        package var allowPrivate = false
        /// A PEM file of certificate authorities that are trusted besides the system's; nil for
        /// none.
        package var authorityFile: String? = nil

        /// The receiver's unique name.
        package var name: String { filter.name }
    }

    /// The settings of the log.
    package struct Log: Sendable, Hashable {
        /// The lowest level of entries that are written; the names are those of swift-log.
        package enum Level: String, CaseIterable, Sendable, Hashable {
            /// Everything.
            case trace
            /// Details for finding defects.
            case debug
            /// Ordinary events.
            case info
            /// Changes of state.
            case notice
            /// The program works, but not as intended.
            case warning
            /// A person must examine the problem.
            case error
            /// The program does not work.
            case critical
        }

        /// The format of an entry.
        package enum Format: String, CaseIterable, Sendable, Hashable {
            /// One line of text, for people.
            case text
            /// One JSON object per line.
            case json
        }

        /// The lowest level of entries that are written.
        package var level: Level
        /// The format of an entry.
        package var format: Format
    }

    /// How long the store keeps old records.
    package struct Retention: Sendable, Hashable {
        /// The retention of deliveries and their attempts.
        package var deliveries: Duration
        /// The retention of the cycle records.
        package var cycles: Duration
    }

    /// The source of the bureau's figures.
    package var source: Source
    /// The store of the alerts.
    package var store: Store
    /// The name of the bureau's time zone, which exists in the system's table.
    package var timezone: String
    /// The language of texts for receivers that name none.
    package var language: Language
    /// The directory of the daemon's own files.
    package var stateDirectory: String
    /// The choice of rules and texts.
    package var rules: Rules
    /// A file that extends the built-in routing; nil for none.
    package var routingFile: String?
    /// A file that extends the ledger's built-in code table; nil for none.
    package var measuresFile: String?
    /// The maximum duration of a silence.
    package var silenceMax: Duration
    /// The receivers; never empty.
    package var receivers: [Receiver]
    /// The waits before each attempt of a delivery; the first entry is for the first attempt.
    package var deliverySchedule: [Duration]
    /// The time limits for an answer, by tier, and the number of escalation levels.
    package var responseClocks: ResponseClocks
    /// The settings of the log.
    package var log: Log
    /// How long old records are kept.
    package var retention: Retention
    /// The beginning of an alert's URL; nil when alerts have no URL.
    package var linksBase: String?
    /// Problems that do not prevent the use of the configuration.
    package var warnings: [ConfigurationProblem]
    /// Problems that prevent only building the receivers: credential files that cannot be read.
    /// That is normal for every user except the service.
    package var deferred: [ConfigurationProblem] = []
}
