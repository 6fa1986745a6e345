package import Alerting
package import Labor

/// A receiver that posts alerts to Alertmanager's API, version 2.
///
/// Alertmanager ends an alert that is not repeated. An open alert is therefore sent with an end
/// time slightly in the future and sent again before that time. A real end has the event's time.
/// Ended alerts are also repeated for a while, because an Alertmanager that restarts has no memory.
package struct AlertmanagerReceiver: Receiver {
    /// The name in the configuration.
    package var name: String { options.name }
    /// The base URL of Alertmanager.
    package var address: String { options.url }
    /// Seconds between two repetitions of the open alerts; always given, because Alertmanager
    /// forgets alerts that are not repeated.
    package var repeatSeconds: Int64? { options.resendSeconds }

    private let options: AlertmanagerReceiverOptions
    private let deliveryLog: any DeliveryLog
    private let post: HTTPPost

    /// A receiver with its settings.
    /// - Parameters:
    ///   - deliveryLog: the earlier notifications, which are repeated.
    ///   - outlet: the HTTP client; its owner shuts it down.
    /// - Throws: when the URL, the repetition interval or a file is invalid.
    package init(
        _ options: AlertmanagerReceiverOptions, deliveryLog: any DeliveryLog, outlet: HTTPOutlet
    ) throws(ReceiverError) {
        try HTTPAddress.check(
            name: options.name, url: options.url, timeoutSeconds: options.timeoutSeconds,
            allowPrivate: options.allowPrivate, authorityFile: options.authorityFile,
            credentials: options.credentials)
        guard options.resendSeconds > 0 else {
            throw ReceiverError(
                code: "resend_invalid",
                message: "the receiver \(options.name) repeats every \(options.resendSeconds) s "
                    + "instead of after 1 s or more",
                hint: "leave it out for 60 s")
        }
        self.options = options
        self.deliveryLog = deliveryLog
        let base = options.url.hasSuffix("/") ? String(options.url.dropLast()) : options.url
        post = HTTPPost(
            name: options.name, url: base + "/api/v2/alerts",
            timeoutSeconds: options.timeoutSeconds, isSigned: false,
            allowPrivate: options.allowPrivate,
            tls: try Authorities.configuration(
                file: options.authorityFile, receiver: options.name),
            outlet: outlet,
            scrubber: Scrubber(url: options.url, secrets: options.credentials.secrets))
    }

    /// Posts the alerts that result from the message, including ended ones.
    package func deliver(
        _ message: AlertMessage, at now: Instant
    ) async throws(DeliveryFailure) -> DeliveryReceipt {
        let starts = try await deliveryLog.starts(of: message, for: name)
        return try await push(message.notices, starts: starts, isTest: message.isTest, at: now)
    }

    /// Posts the open alerts again, and those that ended within the last 900 s.
    package func repeatStanding(at now: Instant) async throws(DeliveryFailure) {
        let oldest = now.adding(seconds: -Limits.endRepeatedSeconds)
        let standing: [StandingAlert]
        do {
            standing = try await deliveryLog.standing(for: name, endedSince: oldest)
        } catch {
            throw DeliveryFailure(
                message: "what stands for \(name) cannot be read: \(error)", verdict: .transient)
        }
        guard !standing.isEmpty else { return }
        var starts: [AlertID: Instant] = [:]
        for alert in standing { starts[alert.notice.event.alertID] = alert.startedAt }
        _ = try await push(standing.map(\.notice), starts: starts, endedSince: oldest, at: now)
    }

    /// Does nothing: the owner of the client closes it.
    package func close() async {}

    /// - Parameter endedSince: leaves out alerts that ended earlier, such as the alert of a former
    ///   tier; nil leaves out none.
    private func push(
        _ notices: [AlertNotice], starts: [AlertID: Instant], isTest: Bool = false,
        endedSince: Instant? = nil, at now: Instant
    ) async throws(DeliveryFailure) -> DeliveryReceipt {
        let alerts = AlertmanagerAlert.all(
            notices, starts: starts, isTest: isTest, language: options.language,
            zone: options.zone, selfLinkBase: options.selfLinkBase
        ).filter { alert in
            guard let end = alert.endsAt, let endedSince else { return true }
            return end >= endedSince
        }
        // A test is not repeated. It ends by itself, after the usual grouping delays of a route.
        let standsSeconds = isTest ? Limits.testSeconds : 3 * options.resendSeconds
        let ahead = options.zone.text(now.adding(seconds: standsSeconds))
        let parts: [[UInt8]]
        do {
            let written = try alerts.map { alert in
                var writer = JSONWriter(capacity: 1_024)
                try writer.object { (writer) throws(JSONError) in
                    let end = alert.endsAt.map { options.zone.text($0) } ?? ahead
                    try alert.members(&writer, zone: options.zone, endText: end)
                }
                return writer.bytes
            }
            parts = try WebhookMessage.parts(written, limit: Limits.batchEvents).map { part in
                var writer = JSONWriter(capacity: 65_536)
                try writer.array(part) { (writer, alert) in writer.embed(alert) }
                return writer.bytes
            }
        } catch {
            throw DeliveryFailure(
                message: "the alerts for \(name) cannot be written as JSON: \(error)",
                verdict: .permanent)
        }
        let headers =
            [("content-type", "application/json"), ("user-agent", options.userAgent)]
            + options.credentials.headers
        var receipt = DeliveryReceipt()
        for part in parts { receipt = try await send(part, headers, at: now) }
        return receipt
    }

    /// Sends one body. A status 400 is permanent, because Alertmanager would reject the body again.
    private func send(
        _ body: [UInt8], _ headers: [(name: String, value: String)], at now: Instant
    ) async throws(DeliveryFailure) -> DeliveryReceipt {
        do throws(DeliveryFailure) {
            return try await post.send(body, headers: headers, at: now)
        } catch {
            guard error.status == 400 else { throw error }
            var failure = error
            failure.verdict = .permanent
            throw failure
        }
    }
}
