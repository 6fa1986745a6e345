package import Alerting
package import Labor

/// A receiver that pushes alerts to an Alertmanager, by version 2 of its API.
///
/// Alertmanager forgets what it is not told again. So an alert that stands is given an end that
/// lies a little ahead, and is pushed again before it comes; a real end is the event's time. Ends
/// are repeated for a while, too, for an Alertmanager that starts again knows nothing.
package struct AlertmanagerReceiver: Receiver {
    /// The name in the configuration.
    package var name: String { options.name }
    /// The URL.
    package var address: String { options.url }
    /// Seconds after which it wants to repeat what stands.
    package var repeatSeconds: Int64? { options.resendSeconds }

    private let options: AlertmanagerReceiverOptions
    private let deliveryLog: any DeliveryLog
    private let post: HTTPPost

    /// A receiver with its settings.
    /// - Parameters:
    ///   - tellings: what it was told before, which it repeats.
    ///   - outlet: the way out; its owner shuts it down.
    /// - Throws: when the address, the time to repeat or a file cannot be used.
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

    /// Pushes the alerts that the message leaves, ended ones included.
    package func deliver(
        _ message: AlertMessage, at now: Instant
    ) async throws(DeliveryFailure) -> DeliveryReceipt {
        let starts = try await deliveryLog.starts(of: message, for: name)
        return try await push(message.notices, starts: starts, isTest: message.isTest, at: now)
    }

    /// Pushes again what stands, and what ended lately.
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

    /// Nothing: the client reconnects by itself.
    package func reopen() async {}

    /// Nothing: the client belongs to whoever made it.
    package func close() async {}

    /// - Parameter endedSince: leaves out what ended before, such as the tier that an alert had
    ///   long ago; nil leaves out nothing.
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
        // A test is never pushed again and ends by itself, after the waits of a usual route.
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

    /// Sends one body. What Alertmanager calls a bad request stays one however often it is tried.
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
