package import Alerting
package import Labor

/// A receiver that posts each alert as a message signed by Standard Webhooks 1.0.0.
package struct WebhookReceiver: Receiver {
    /// The name in the configuration.
    package var name: String { options.name }
    /// The URL to which messages are posted.
    package var address: String { options.url }

    private let options: WebhookReceiverOptions
    private let signature: Signature
    private let deliveryLog: any DeliveryLog
    private let post: HTTPPost

    /// A receiver with its settings.
    /// - Parameters:
    ///   - deliveryLog: the earlier notifications, for the format that gives the start of an alert.
    ///   - outlet: the HTTP client; its owner shuts it down.
    /// - Throws: when the URL or the authority file is invalid.
    package init(
        _ options: WebhookReceiverOptions, deliveryLog: any DeliveryLog = NoDeliveryLog(),
        outlet: HTTPOutlet
    ) throws(ReceiverError) {
        try HTTPAddress.check(
            name: options.name, url: options.url, timeoutSeconds: options.timeoutSeconds,
            allowPrivate: options.allowPrivate, authorityFile: options.authorityFile)
        self.options = options
        self.deliveryLog = deliveryLog
        post = HTTPPost(
            name: options.name, url: options.url, timeoutSeconds: options.timeoutSeconds,
            isSigned: true, allowPrivate: options.allowPrivate,
            tls: try Authorities.configuration(
                file: options.authorityFile, receiver: options.name),
            outlet: outlet, scrubber: Scrubber(url: options.url))
        signature = Signature(secret: options.secret)
    }

    /// Posts the message, in several requests when its format requires it, and reads the answers.
    /// Only a status from 200 to 299 counts as delivered. An attempt after a partial failure starts
    /// from the first request, so a request may come again with the same id.
    package func deliver(
        _ message: AlertMessage, at now: Instant
    ) async throws(DeliveryFailure) -> DeliveryReceipt {
        let starts =
            options.format == .alertmanager
            ? try await deliveryLog.starts(of: message, for: name) : [:]
        let parts: [WebhookMessage]
        do {
            parts = try WebhookMessage.all(message, starts: starts, options: options)
        } catch {
            throw DeliveryFailure(
                message: "the message \(message.id) cannot be written as JSON: \(error)",
                verdict: .permanent)
        }
        var receipt = DeliveryReceipt()
        for part in parts {
            receipt = try await post.send(part.body, headers: headers(part, at: now), at: now)
        }
        return receipt
    }

    /// Does nothing: the owner of the client closes it.
    package func close() async {}

    private func headers(
        _ message: WebhookMessage, at now: Instant
    ) -> [(name: String, value: String)] {
        let timestamp = now.microseconds / 1_000_000
        return [
            ("content-type", message.contentType), ("user-agent", options.userAgent),
            ("webhook-id", message.id), ("webhook-timestamp", String(timestamp)),
            (
                "webhook-signature",
                signature.sign(id: message.id, timestamp: timestamp, body: message.body)
            ),
        ]
    }
}
