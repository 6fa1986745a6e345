import AsyncHTTPClient
import Foundation
import Labor
import NIOCore
import NIOHTTP1
import NIOSSL
import Synchronization

/// Posts bodies to one URL and interprets the answers.
struct HTTPPost: Sendable {
    /// The receiver's name, for messages.
    let name: String
    let url: String
    /// The time limit of the whole exchange, from name look-up to the end of the answer, seconds.
    let timeoutSeconds: Double
    /// Whether the receiver verifies a signature; the hint for a status 401 or 403 depends on it.
    let isSigned: Bool
    /// Whether the address may be in a private network.
    let allowPrivate: Bool
    /// The TLS settings: the trusted certificate authorities.
    let tls: TLSConfiguration
    let outlet: HTTPOutlet
    /// Removes secrets from foreign texts.
    let scrubber: Scrubber

    /// The answer of a server, before it is interpreted.
    struct Answer {
        let status: HTTPResponseStatus
        let headers: HTTPHeaders
        /// The first bytes of the body.
        let beginning: [UInt8]
    }

    /// Posts one body and reads the answer. Only a status from 200 to 299 counts as delivered.
    func send(
        _ body: [UInt8], headers: [(name: String, value: String)], at now: Instant
    ) async throws(DeliveryFailure) -> DeliveryReceipt {
        let answer = try await exchange(body, headers: headers)
        do throws(DeliveryFailure) {
            var receipt = try HTTPAnswer.receipt(of: answer, post: self, now: now)
            receipt.answer = receipt.answer.map(scrubber.scrubbed)
            return receipt
        } catch {
            throw scrubber.scrubbed(error)
        }
    }

    /// Posts one body and returns the answer, for services that report the result in the body.
    /// - Parameter kept: the maximum number of bytes of the answer's body that are returned.
    /// - Throws: a failure when there is no answer.
    func exchange(
        _ body: [UInt8], headers: [(name: String, value: String)],
        keeping kept: Int = Limits.answerBytesKept + 4
    ) async throws(DeliveryFailure) -> Answer {
        let deadline = NIODeadline.now() + .milliseconds(Int64(timeoutSeconds * 1_000))
        let host = URL(string: url)?.host ?? ""
        let reach = HTTPOutlet.Reach(host: host, allowPrivate: allowPrivate)
        if reach == .open { try await refusePrivate(host, until: deadline) }
        var request = HTTPClientRequest(url: url)
        request.method = .POST
        request.tlsConfiguration = tls
        for header in headers { request.headers.add(name: header.name, value: header.value) }
        request.body = .bytes(body)
        let response: HTTPClientResponse
        do {
            response = try await outlet.execute(request, reach: reach, deadline: deadline)
        } catch {
            let fault = await TLSFault.found(
                in: error, host: host, port: URL(string: url)?.port ?? 443, deadline: deadline,
                isAllowed: { reach.refused($0) == nil })
            throw scrubber.scrubbed(HTTPAnswer.failure(of: error, fault: fault, post: self))
        }
        return Answer(
            status: response.status, headers: response.headers,
            beginning: await beginning(of: response.body, limit: kept, until: deadline))
    }

    /// Resolves the host and throws when an address is private or local. Each attempt resolves
    /// again, because a name may point elsewhere than before. `HTTPOutlet` also checks the address
    /// of the connection.
    private func refusePrivate(
        _ host: String, until deadline: NIODeadline
    ) async throws(DeliveryFailure) {
        let looked = await inTime(deadline) { await PrivateAddress.refusal(resolving: host) }
        guard let refusal = looked else { throw HTTPAnswer.late(self) }
        guard let refusal else { return }
        throw HTTPAnswer.refusal(refusal, post: self)
    }

    /// The first bytes of an answer's body. Reading stops at the deadline or after 64 KiB. A broken
    /// body is no failure, because the status has already decided.
    private func beginning(
        of body: HTTPClientResponse.Body, limit: Int, until deadline: NIODeadline
    ) async -> [UInt8] {
        let kept = Kept()
        _ = await inTime(deadline) {
            var count = 0
            do {
                for try await part in body {
                    count += part.readableBytes
                    kept.bytes.withLock {
                        $0 += part.readableBytesView.prefix(limit - $0.count)
                    }
                    if count >= Limits.answerBytesRead { return }
                }
            } catch {
                return
            }
        }
        return kept.bytes.withLock { $0 }
    }

    private final class Kept: Sendable {
        let bytes = Mutex<[UInt8]>([])
    }

    /// The result of `body`; nil when `body` did not end before the deadline.
    private func inTime<Value: Sendable>(
        _ deadline: NIODeadline, _ body: @escaping @Sendable () async -> Value
    ) async -> Value? {
        let left = (deadline - NIODeadline.now()).nanoseconds
        return await withTaskGroup(of: Value?.self) { group in
            group.addTask { await body() }
            group.addTask {
                try? await Task.sleep(for: .nanoseconds(max(left, 0)))
                return nil
            }
            defer { group.cancelAll() }
            return await group.next() ?? nil
        }
    }
}
