import Alerting
import AsyncHTTPClient
import Deliver
import Foundation
import Labor
import Testing

/// Where a webhook's message must not go: to a private address that nobody allowed.
@Suite(.timeLimit(.minutes(5))) struct WebhookReachTests {
    private func failure(url: String, allowPrivate: Bool = false) async throws -> DeliveryFailure {
        let client = HTTPClient(
            eventLoopGroupProvider: .singleton, configuration: WebhookReceiver.clientConfiguration)
        let outcome: Result<DeliveryReceipt, DeliveryFailure>
        do throws(DeliveryFailure) {
            let receiver = try receiver(url, client, allowPrivate)
            outcome = .success(try await receiver.deliver(notice(), at: morning))
        } catch {
            outcome = .failure(error)
        }
        try await client.shutdown()
        return try #require(throws: DeliveryFailure.self) { try outcome.get() }
    }

    private func receiver(
        _ url: String, _ client: HTTPClient, _ allowPrivate: Bool
    ) throws(DeliveryFailure) -> WebhookReceiver {
        do {
            return try WebhookReceiver(
                WebhookReceiverOptions(
                    name: "bureau", url: url, secret: WebhookSecret(secretText),
                    language: .chinese, zone: .shanghai, allowPrivate: allowPrivate),
                client: client)
        } catch {
            throw DeliveryFailure(message: "not built: \(error)", verdict: .permanent)
        }
    }

    /// The machine's own name, where the hosts file gives it to the loopback: nobody wrote that.
    private static let ownName: String? = {
        let name = ProcessInfo.processInfo.hostName
        let hosts = (try? String(contentsOfFile: "/etc/hosts", encoding: .utf8)) ?? ""
        let isLocal = hosts.split(separator: "\n").contains { line in
            let words = line.split(whereSeparator: \.isWhitespace)
            return words.first?.hasPrefix("127.") == true
                && words.dropFirst().contains { $0 == name }
        }
        return isLocal && !name.hasPrefix("localhost") ? name : nil
    }()

    @Test(.enabled(if: ownName != nil))
    func `a name that leads to a local address gets no message`() async throws {
        let name = try #require(WebhookReachTests.ownName)
        let refused = try await failure(url: "http://\(name):9/hook")
        #expect(refused.message.contains("resolves to the private or local address 127."))
        #expect(refused.hint?.contains("allow_private") == true)
        #expect(refused.verdict == .transient)
        let tried = try await failure(url: "http://\(name):9/hook", allowPrivate: true)
        #expect(!tried.message.contains("resolves to"))
    }
}
