import AsyncHTTPClient
import Foundation
import Labor
import NIOCore
import NIOHTTP1
import NIOSSL
import Synchronization

/// Posts bodies to one address and says what the answers mean.
struct HTTPPost: Sendable {
    /// The receiver's name, for messages.
    let name: String
    let url: String
    /// Seconds for the whole exchange, from the look at the name to the end of the answer.
    let timeoutSeconds: Double
    /// Whether the other side checks a signature, for the hint when it refuses.
    let isSigned: Bool
    /// Whether the address may lie in a private network.
    let allowPrivate: Bool
    /// Whose certificates count.
    let tls: TLSConfiguration
    let outlet: HTTPOutlet
    /// Takes our secrets out of what others say.
    let scrubber: Scrubber

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
        do throws(DeliveryFailure) {
            var receipt = try HTTPAnswer.receipt(of: answer, post: self, now: now)
            receipt.answer = receipt.answer.map(scrubber.scrubbed)
            return receipt
        } catch {
            throw scrubber.scrubbed(error)
        }
    }

    /// Posts one body and gives back the answer, for servers that say in its body how it went.
    /// - Parameter kept: bytes of the answer's body that are wanted.
    /// - Throws: when there is no answer.
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

    /// A name may point elsewhere today than yesterday, so each try looks where it leads, before
    /// anything is said to anybody there. The outlet looks once more at what it has reached.
    private func refusePrivate(
        _ host: String, until deadline: NIODeadline
    ) async throws(DeliveryFailure) {
        let looked = await inTime(deadline) { await PrivateAddress.refusal(resolving: host) }
        guard let refusal = looked else { throw HTTPAnswer.late(self) }
        guard let refusal else { return }
        throw HTTPAnswer.refusal(refusal, post: self)
    }

    /// The first bytes of an answer. What comes later than the timeout, or after 64 KiB, is not
    /// waited for: the status has decided already, so a broken body is no failure.
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

    /// What a body gives back before a deadline; nil when it has not by then.
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
