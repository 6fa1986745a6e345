package import Alerting
package import Deliver
import Labor
package import Logging
import Settings

extension Components {
    /// The receivers, ready to deliver.
    /// - Parameters:
    ///   - deliveryLog: the earlier notifications, for receivers whose format refers to them.
    ///   - outlet: the HTTP client; its owner shuts it down.
    /// - Throws: `ConfigurationError` when a file that a receiver needs cannot be read.
    package func receivers(
        deliveryLog: any DeliveryLog = NoDeliveryLog(), outlet: HTTPOutlet, logger: Logger
    ) throws -> [any Receiver] {
        guard configuration.deferred.isEmpty else {
            throw ConfigurationError(problems: configuration.deferred)
        }
        return try configuration.receivers.map { receiver in
            try build(receiver, deliveryLog: deliveryLog, outlet: outlet, logger: logger)
        }
    }

    private func build(
        _ receiver: Configuration.Receiver, deliveryLog: any DeliveryLog, outlet: HTTPOutlet,
        logger: Logger
    ) throws -> any Receiver {
        let (name, wording) = (receiver.name, wording(receiver))
        switch receiver.way {
        case .file(let directory, let retentionDays, let perTier):
            return FileReceiver(
                FileReceiverOptions(
                    name: name, directory: directory, retentionDays: retentionDays,
                    perTier: perTier, language: receiver.language, zone: zone,
                    selfLinkBase: configuration.linksBase), logger: logger)
        case .webhook(let url, let secretFile, let format, let timeout):
            let secret = try WebhookSecret(SecretFile.text(secretFile))
            return try WebhookReceiver(
                WebhookReceiverOptions(
                    name: name, url: url.text, format: format, secret: secret,
                    timeoutSeconds: Double(timeout.components.seconds),
                    language: receiver.language, zone: zone,
                    selfLinkBase: configuration.linksBase, allowPrivate: receiver.allowPrivate,
                    authorityFile: receiver.authorityFile, userAgent: userAgent),
                deliveryLog: deliveryLog, outlet: outlet)
        case .alertmanager(let url, let resend, let timeout, let credentials):
            return try AlertmanagerReceiver(
                AlertmanagerReceiverOptions(
                    name: name, url: url.text, credentials: credentials.read(),
                    resendSeconds: resend.components.seconds,
                    timeoutSeconds: Double(timeout.components.seconds),
                    allowPrivate: receiver.allowPrivate, authorityFile: receiver.authorityFile,
                    language: receiver.language, zone: zone,
                    selfLinkBase: configuration.linksBase, userAgent: userAgent),
                deliveryLog: deliveryLog, outlet: outlet)
        case .cap(let profile, let directory, let days, let url, let timeout, let credentials):
            return try CAPReceiver(
                CAPReceiverOptions(
                    name: name, profile: profile, directory: directory, retentionDays: days,
                    url: url?.text, credentials: credentials.read(),
                    timeoutSeconds: Double(timeout.components.seconds),
                    allowPrivate: receiver.allowPrivate, authorityFile: receiver.authorityFile,
                    language: receiver.language, zone: zone,
                    selfLinkBase: configuration.linksBase, userAgent: userAgent),
                deliveryLog: deliveryLog, outlet: outlet, logger: logger)
        case .chat(let settings):
            let authorities = receiver.authorityFile
            return try ChatReceiver(
                settings.options(name: name, authorityFile: authorities, wording: wording),
                outlet: outlet, logger: logger)
        case .mail(let settings):
            let authorities = receiver.authorityFile
            return try MailReceiver(
                settings.options(name: name, authorityFile: authorities, wording: wording),
                logger: logger)
        case .syslog(let settings):
            return try SyslogReceiver(
                settings.options(name: name, wording: wording), logger: logger)
        case .journald(let settings):
            return JournaldReceiver(
                settings.options(name: name, wording: wording), logger: logger)
        }
    }

    private func wording(_ receiver: Configuration.Receiver) -> MessageWording {
        MessageWording(
            language: receiver.language, zone: zone, selfLinkBase: configuration.linksBase,
            source: receiver.way.templates.source(receiver.language))
    }

    private var userAgent: String { "laborwatch/\(Version.text)" }
}

extension Configuration.Receiver.Credentials {
    /// The credentials, with the secrets read from their files.
    func read() throws -> HTTPCredentials {
        switch self {
        case .none: .none
        case .basic(let user, let passwordFile):
            .basic(user: user, password: try SecretFile.credential(passwordFile))
        case .bearer(let tokenFile): .bearer(token: try SecretFile.credential(tokenFile))
        }
    }
}
