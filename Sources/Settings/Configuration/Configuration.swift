package import Alerting
package import Deliver
package import Labor
package import Source

/// What the daemon is told to do: plain data, checked, with every default filled in.
///
/// Printing it shows no secret.
package struct Configuration: Sendable, Hashable {
    /// Where the bureau's figures come from.
    package struct Source: Sendable, Hashable {
        /// The database; nil where the caller did not require one.
        package var dsn: DSN?
        /// Time between two looks.
        package var interval: Duration
        /// Whether NOTIFY wakes a look before its time.
        package var notify: Bool
        /// Months that are read of each enterprise.
        package var windowMonths: Int
        /// How far a look goes back where the bureau's own view has no transaction ids.
        package var overlap: Duration
        /// The deadline of each statement.
        package var statementTimeout: Duration
        /// The bureau's own views and queries.
        package var maps: SourceMap
    }

    /// Where the alerts are kept.
    package struct Store: Sendable, Hashable {
        /// The database, that of the source unless given; nil where neither is.
        package var dsn: DSN?
        /// How long an evaluator stays the one without renewing.
        package var lease: Duration
        /// The deadline of each statement.
        package var statementTimeout: Duration
    }

    /// Which rules and texts are used.
    package struct Rules: Sendable, Hashable {
        /// A directory of rule files that replace or extend the built-in ones.
        package var directory: String?
        /// A directory of texts that replace or extend the built-in ones.
        package var textsDirectory: String?
        /// A file of playbooks that replace the built-in ones kind by kind.
        package var playbooksFile: String?
        /// When given, exactly these rules are evaluated.
        package var enabled: [RuleID]?
        /// Rules that are not evaluated.
        package var disabled: [RuleID]

        /// The built-in rules and texts as they are.
        package static let builtIn = Rules(
            directory: nil, textsDirectory: nil, enabled: nil, disabled: [])

        /// A choice from its parts.
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

    /// One place that alerts are sent to.
    package struct Receiver: Sendable, Hashable {
        /// How it is reached.
        package enum Way: Sendable, Hashable {
            /// JSON lines in a directory, kept for so many days, and a copy per tier on request.
            case file(directory: String, retentionDays: Int, perTier: Bool)
            /// A signed POST; the secret is in a file.
            case webhook(
                url: Endpoint, secretFile: String, format: WebhookFormat, timeout: Duration)
            /// Pushed to an Alertmanager, again and again while an alert stands.
            case alertmanager(
                url: Endpoint, resend: Duration, timeout: Duration, credentials: Credentials)
            /// CAP 1.2 messages as files, posted, or both.
            case cap(
                profile: CAPProfile, directory: String?, retentionDays: Int, url: Endpoint?,
                timeout: Duration, credentials: Credentials)
            /// A post of a group bot.
            case chat(ChatSettings)
            /// A mail.
            case mail(MailSettings)
            /// A message to a syslog daemon.
            case syslog(SyslogSettings)
            /// An entry of the journal.
            case journald(JournaldSettings)
        }

        /// How it logs in at an HTTP server; the secrets are in files.
        package enum Credentials: Sendable, Hashable {
            /// Not at all.
            case none
            /// A user and the file with the password.
            case basic(user: String, passwordFile: String)
            /// The file with a token.
            case bearer(tokenFile: String)
        }

        /// Its name and which alerts it wants.
        package var filter: ReceiverFilter
        /// The language of its texts.
        package var language: Language
        /// How it is reached.
        package var way: Way
        /// Who is told instead when a delivery is given up; nil for nobody.
        package var fallback: String? = nil
        /// Whether its address may be one of a private network.
        package var allowPrivate = false
        /// Certificates of authorities in PEM that are trusted beside the system's; nil for none.
        package var authorityFile: String? = nil

        /// Its name, unique.
        package var name: String { filter.name }
    }

    /// What is written to the log.
    package struct Log: Sendable, Hashable {
        /// The least important entries that are written; the names are those of swift-log.
        package enum Level: String, CaseIterable, Sendable, Hashable {
            /// Everything.
            case trace
            /// What helps to find a mistake.
            case debug
            /// What happened.
            case info
            /// Transitions.
            case notice
            /// Works, but not as it should.
            case warning
            /// Somebody must look.
            case error
            /// Does not work.
            case critical
        }

        /// How an entry is written.
        package enum Format: String, CaseIterable, Sendable, Hashable {
            /// A line for people.
            case text
            /// A JSON object a line.
            case json
        }

        /// The least important entries that are written.
        package var level: Level
        /// How an entry is written.
        package var format: Format
    }

    /// How long the store keeps what it no longer needs.
    package struct Retention: Sendable, Hashable {
        /// Deliveries and their tries.
        package var deliveries: Duration
        /// The record of cycles.
        package var cycles: Duration
    }

    /// Where the figures come from.
    package var source: Source
    /// Where the alerts are kept.
    package var store: Store
    /// A name of the system's time zone table, known to be there.
    package var timezone: String
    /// The language of texts where a receiver names none.
    package var language: Language
    /// Where the daemon keeps files of its own.
    package var stateDirectory: String
    /// Which rules and texts are used.
    package var rules: Rules
    /// A file on top of the built-in routing; nil for none.
    package var routingFile: String?
    /// A file on top of the ledger's built-in code table; nil for none.
    package var measuresFile: String?
    /// How long a silence may last.
    package var silenceMax: Duration
    /// Where alerts are sent; never empty.
    package var receivers: [Receiver]
    /// The waits before the tries of a delivery, the first try included.
    package var deliverySchedule: [Duration]
    /// The time until somebody must have answered, by tier.
    package var responseClocks: ResponseClocks
    /// What is written to the log.
    package var log: Log
    /// How long old records are kept.
    package var retention: Retention
    /// What the address of an alert begins with; nil when alerts carry none.
    package var linksBase: String?
    /// What did not keep the configuration from being used, but should be seen.
    package var warnings: [ConfigurationProblem]
    /// What keeps the receivers from being built, and nothing else: credentials are not there, as is
    /// right for everyone but the service.
    package var deferred: [ConfigurationProblem] = []
}
