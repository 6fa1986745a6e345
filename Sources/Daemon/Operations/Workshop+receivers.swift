package import AsyncHTTPClient
package import Deliver
import Labor
package import Logging

extension Workshop {
    /// The receivers, ready to deliver.
    package func receivers(client: HTTPClient, logger: Logger) throws -> [any Receiver] {
        try configuration.receivers.map { receiver in
            switch receiver.way {
            case .file(let directory, let retentionDays, let perTier):
                return FileReceiver(
                    FileReceiverOptions(
                        name: receiver.name, directory: directory, retentionDays: retentionDays,
                        perTier: perTier, language: receiver.language, zone: zone,
                        selfLinkBase: configuration.linksBase), logger: logger)
            case .webhook(let url, let secretFile, let timeout):
                let secret = try WebhookSecret(SecretFile.text(secretFile))
                return try WebhookReceiver(
                    WebhookReceiverOptions(
                        name: receiver.name, url: url.text, secret: secret,
                        timeoutSeconds: Double(timeout.components.seconds),
                        language: receiver.language, zone: zone,
                        selfLinkBase: configuration.linksBase,
                        userAgent: "laborwatch/\(Version.text)"), client: client)
            }
        }
    }
}
