import AsyncHTTPClient
import Foundation
import Labor
import NIOCore
import NIOHTTP1

/// Posts bodies to one address and says what the answers mean.
struct HTTPPost: Sendable {
    /// The receiver's name, for messages.
    let name: String
    let url: String
    let timeoutSeconds: Double
    /// Whether the other side checks a signature, for the hint when it refuses.
    let isSigned: Bool
    /// Whether the address may lie in a private network.
    let allowPrivate: Bool
    /// A client that follows no redirect; see `WebhookReceiver.clientConfiguration`.
    let client: HTTPClient

    /// What a server said, whatever it means.
    struct Answer {
        let status: HTTPResponseStatus
        let headers: HTTPHeaders
        /// The first bytes of the body.
        let beginning: [UInt8]
    }

    /// Posts one body and reads the answer; only a status from 200 to 299 is a delivery.
    func send(
        _ body: [UInt8], headers: [(name: String, value: String)], at now: Instant
    ) async throws(DeliveryFailure) -> DeliveryReceipt {
        let answer = try await exchange(body, headers: headers)
        return try HTTPAnswer.receipt(of: answer, post: self, now: now)
    }

    /// A name may point elsewhere today than yesterday, so each try looks where it leads.
    private func refusePrivate() async throws(DeliveryFailure) {
        guard !allowPrivate, let host = URL(string: url)?.host,
            let refusal = await PrivateAddress.refusal(resolving: host)
        else { return }
        throw DeliveryFailure(
            message: "nothing was sent: \(refusal)", verdict: .transient,
            hint: "set allow_private: true for the receiver \(name) if it is meant to be there")
    }

    /// Posts one body and gives back the answer, for servers that say in its body how it went.
    /// - Parameter kept: bytes of the answer's body that are wanted.
    /// - Throws: when there is no answer, or one that came through a redirect.
    func exchange(
        _ body: [UInt8], headers: [(name: String, value: String)],
        keeping kept: Int = Limits.answerBytesKept + 4
    ) async throws(DeliveryFailure) -> Answer {
        try await refusePrivate()
        var request = HTTPClientRequest(url: url)
        request.method = .POST
        for header in headers { request.headers.add(name: header.name, value: header.value) }
        request.body = .bytes(body)
        let response: HTTPClientResponse
        do {
            response = try await client.execute(
                request, timeout: .milliseconds(Int64(timeoutSeconds * 1_000)))
        } catch {
            throw HTTPAnswer.failure(of: error, post: self)
        }
        guard response.history.count <= 1 else {
            throw DeliveryFailure(
                message: "the receiver \(name) was reached through a redirect",
                status: Int(response.status.code), verdict: .permanent,
                hint: "build its client with WebhookReceiver.clientConfiguration")
        }
        return Answer(
            status: response.status, headers: response.headers,
            beginning: await beginning(of: response.body, limit: kept))
    }

    /// The first bytes of an answer. What comes later than the timeout, or after 64 KiB, is not
    /// waited for: the status has decided already, so a broken body is no failure.
    private func beginning(
        of body: HTTPClientResponse.Body, limit: Int
    ) async -> [UInt8] {
        let seconds = timeoutSeconds
        return await withTaskGroup(of: [UInt8]?.self) { group in
            group.addTask {
                var kept: [UInt8] = []
                var count = 0
                do {
                    for try await part in body {
                        count += part.readableBytes
                        kept += part.readableBytesView.prefix(limit - kept.count)
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
