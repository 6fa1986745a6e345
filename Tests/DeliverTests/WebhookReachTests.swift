import Alerting
@testable import Deliver
import Foundation
import Hummingbird
import Labor
import NIOCore
import Testing

/// Where a webhook's message must not go: to a private address that nobody allowed.
@Suite(.timeLimit(.minutes(20))) struct WebhookReachTests {
    private func failure(
        url: String, allowPrivate: Bool = false, names: [String: String] = [:]
    ) async throws -> DeliveryFailure {
        var found: DeliveryFailure?
        try await withOutlet(names: names) { outlet in
            let receiver = try WebhookReceiver(
                WebhookReceiverOptions(
                    name: "bureau", url: url, secret: WebhookSecret(secretText),
                    language: .chinese, zone: .shanghai, allowPrivate: allowPrivate),
                outlet: outlet)
            found = await #expect(throws: DeliveryFailure.self) {
                try await receiver.deliver(notice(), at: morning)
            }
        }
        return try #require(found)
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

    @Test func `a name that leads elsewhere when it is connected to gets no message`() async throws
    {
        try await Endpoint.serving { _, _ in
            Response(status: .ok)
        } _: { endpoint in
            // It was an open address when it was looked up.
            let failure = try await failure(
                url: "http://203.0.113.7:\(endpoint.port)/hook",
                names: ["203.0.113.7": "127.0.0.1"])
            #expect(
                failure.message
                    == "nothing was sent: the connection led to the private or local address "
                    + "127.0.0.1")
            #expect(failure.verdict == .transient)
            #expect(endpoint.received.isEmpty)
        }
    }

    @Test(arguments: [
        ("localhost", "127.0.0.1", true), ("a.localhost", "::1", true),
        ("a.localhost", "169.254.169.254", false), ("127.0.0.1", "10.0.0.1", false),
        ("hooks.example", "8.8.8.8", true), ("hooks.example", "127.0.0.1", false),
        ("hooks.example", "::ffff:10.0.0.1", false), ("hooks.example", "64:ff9b::a9fe:a9fe", false),
    ])
    func `an address leads where it says and nowhere else`(
        _ host: String, _ peer: String, _ isAllowed: Bool
    ) throws {
        let address = try SocketAddress(ipAddress: peer, port: 443)
        let reach = HTTPOutlet.Reach(host: host, allowPrivate: false)
        #expect((reach.refused(address) == nil) == isAllowed)
        #expect(HTTPOutlet.Reach(host: host, allowPrivate: true).refused(address) == nil)
    }
}
