package import Alerting
package import AsyncHTTPClient
package import Labor
import NIOCore
import NIOHTTP1

/// A receiver that posts each alert as a signed message, after Standard Webhooks 1.0.0.
package struct WebhookReceiver: Receiver {
    /// The name in the configuration.
    package var name: String { options.name }

    private let options: WebhookReceiverOptions
    private let signature: Signature
    private let client: HTTPClient

    /// A receiver with its settings.
    /// - Parameter client: a client with `clientConfiguration`; its owner shuts it down.
    /// - Throws: when the address cannot be used.
    package init(
        _ options: WebhookReceiverOptions, client: HTTPClient
    ) throws(ReceiverError) {
        try WebhookAddress.check(options)
        self.options = options
        self.client = client
        signature = Signature(secret: options.secret)
    }

    /// How a client for webhooks is set up: it follows no redirect (a signed message must not be
    /// carried where nobody configured it), and a refused connection is reported at once, because
    /// the retry schedule is the courier's.
    package static var clientConfiguration: HTTPClient.Configuration {
        var configuration = HTTPClient.Configuration(redirectConfiguration: .disallow)
        configuration.connectionPool.retryConnectionEstablishment = false
        configuration.timeout.connect = .seconds(10)
        return configuration
    }

    /// Posts the message and reads the answer; only a status from 200 to 299 is a delivery.
    package func deliver(
        _ message: AlertMessage, at now: Instant
    ) async throws(DeliveryFailure) -> DeliveryReceipt {
        let posted: WebhookMessage
        do {
            posted = try WebhookMessage(message, options: options)
        } catch {
            throw DeliveryFailure(
                message: "the message \(message.id) cannot be written as JSON: \(error)",
                verdict: .permanent)
        }
        let response: HTTPClientResponse
        do {
            response = try await client.execute(
                request(posted, at: now), timeout: timeout)
        } catch {
            throw WebhookAnswer.failure(of: error, options: options)
        }
        guard response.history.count <= 1 else {
            throw DeliveryFailure(
                message: "the receiver \(name) was reached through a redirect",
                status: Int(response.status.code), verdict: .permanent,
                hint: "build its client with WebhookReceiver.clientConfiguration")
        }
        let answer = await beginning(of: response.body)
        return try WebhookAnswer.receipt(
            of: response, answer: answer, options: options, now: now)
    }

    /// Nothing: the client reconnects by itself.
    package func reopen() async {}

    /// Nothing: the client belongs to whoever made it.
    package func close() async {}

    private var timeout: TimeAmount {
        .milliseconds(Int64(options.timeoutSeconds * 1_000))
    }

    private func request(_ message: WebhookMessage, at now: Instant) -> HTTPClientRequest {
        let timestamp = now.microseconds / 1_000_000
        var request = HTTPClientRequest(url: options.url)
        request.method = .POST
        request.headers.add(name: "content-type", value: "application/json")
        request.headers.add(name: "user-agent", value: options.userAgent)
        request.headers.add(name: "webhook-id", value: message.id)
        request.headers.add(name: "webhook-timestamp", value: String(timestamp))
        request.headers.add(
            name: "webhook-signature",
            value: signature.sign(id: message.id, timestamp: timestamp, body: message.body))
        request.body = .bytes(message.body)
        return request
    }

    /// The first bytes of an answer. What comes later than the timeout, or after 64 KiB, is not
    /// waited for: the status has decided already, so a broken body is no failure.
    private func beginning(of body: HTTPClientResponse.Body) async -> [UInt8] {
        let seconds = options.timeoutSeconds
        return await withTaskGroup(of: [UInt8]?.self) { group in
            group.addTask {
                var kept: [UInt8] = []
                var count = 0
                do {
                    for try await part in body {
                        count += part.readableBytes
                        kept += part.readableBytesView.prefix(
                            Limits.answerBytesKept + 4 - kept.count)
                        if count >= Limits.answerBytesRead { break }
                    }
                } catch {
                    return kept
                }
                return kept
            }
            group.addTask {
                try? await Task.sleep(for: .seconds(seconds))
                return nil
            }
            defer { group.cancelAll() }
            return (await group.next() ?? nil) ?? []
        }
    }
}
