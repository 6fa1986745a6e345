import Alerting
@testable import Deliver
import Foundation
import Labor
import NIOSSL
import Support
import Testing

/// Whose certificates receivers believe, with a real server.
@Suite(.timeLimit(.minutes(20))) struct TLSTests {
    /// The kinds of receivers that post to an address of somebody's own.
    enum Kind: CaseIterable {
        case webhook, alertmanager, cap, dingtalk, wecom, feishu

        func receiver(
            _ url: String, authorities: String?, _ outlet: HTTPOutlet
        ) throws -> any Receiver {
            switch self {
            case .webhook:
                try WebhookReceiver(
                    WebhookReceiverOptions(
                        name: "bureau", url: url, secret: WebhookSecret(secretText),
                        language: .chinese, zone: .shanghai, authorityFile: authorities),
                    outlet: outlet)
            case .alertmanager:
                try AlertmanagerReceiver(
                    AlertmanagerReceiverOptions(
                        name: "bureau", url: url, authorityFile: authorities, language: .chinese,
                        zone: .shanghai), deliveryLog: NoDeliveryLog(), outlet: outlet)
            case .cap:
                try CAPReceiver(
                    CAPReceiverOptions(
                        name: "bureau", profile: CAPProfile(sender: "a@b"), directory: nil,
                        url: url, authorityFile: authorities, language: .chinese,
                        zone: .shanghai), deliveryLog: NoDeliveryLog(), outlet: outlet)
            case .dingtalk: try chat(.dingtalk, url, authorities, outlet)
            case .wecom: try chat(.wecom, url, authorities, outlet)
            case .feishu: try chat(.feishu, url, authorities, outlet)
            }
        }

        private func chat(
            _ service: ChatService, _ url: String, _ authorities: String?, _ outlet: HTTPOutlet
        ) throws -> ChatReceiver {
            try ChatReceiver(
                ChatReceiverOptions(
                    name: "bureau", service: service, url: Credential(url),
                    authorityFile: authorities,
                    wording: MessageWording(language: .chinese, zone: .shanghai)), outlet: outlet)
        }

        /// What the other side says when it has taken a message.
        var answer: String {
            let body = self == .feishu ? #"{"code":0,"msg":"ok"}"# : #"{"errcode":0,"errmsg":"ok"}"#
            return "HTTP/1.1 200 OK\r\ncontent-length: \(body.utf8.count)\r\n\r\n\(body)"
        }
    }

    /// How a delivery over TLS ends, and how many requests got through.
    private func outcome(
        _ kind: Kind = .webhook, names: String = "DNS:localhost", days: Int = 2,
        host: String = "localhost", isTrusted: Bool
    ) async throws -> (result: Result<DeliveryReceipt, DeliveryFailure>, received: Int) {
        var found: (Result<DeliveryReceipt, DeliveryFailure>, Int)?
        try await withDirectory { directory in
            let files = try ServerCertificate.made(in: directory, names: names, days: days)
            try await TLSServer.serving(files, answer: kind.answer) { server in
                try await withOutlet { outlet in
                    let receiver = try kind.receiver(
                        "https://\(host):\(server.port)/hook",
                        authorities: isTrusted ? files.certificate : nil, outlet)
                    do throws(DeliveryFailure) {
                        let receipt = try await receiver.deliver(
                            AlertMessage(notice()), at: morning)
                        found = (.success(receipt), server.received)
                    } catch {
                        found = (.failure(error), server.received)
                    }
                }
            }
        }
        return try #require(found)
    }

    @Test(arguments: Kind.allCases)
    func `a server of the bureau's own authority is believed`(_ kind: Kind) async throws {
        let (result, received) = try await outcome(kind, isTrusted: true)
        #expect(try result.get().status == 200)
        #expect(received == 1)
    }

    @Test(arguments: Kind.allCases)
    func `a server that nobody vouches for is told nothing, and why`(_ kind: Kind) async throws {
        let (result, received) = try await outcome(kind, isTrusted: false)
        let failure = try #require(throws: DeliveryFailure.self) { try result.get() }
        #expect(
            failure.description
                == "no TLS with the receiver bureau: its certificate comes from no authority that "
                + "is trusted here; name the authority's certificate in PEM with 'ca_file'")
        // Whoever runs it can mend it: the alert must not be lost meanwhile.
        #expect(failure.verdict == .transient)
        #expect(received == 0)
    }

    @Test func `a certificate for another host is refused`() async throws {
        let (result, received) = try await outcome(names: "DNS:elsewhere.example", isTrusted: true)
        let failure = try #require(throws: DeliveryFailure.self) { try result.get() }
        #expect(failure.message.hasSuffix("its certificate is not for localhost"))
        #expect(failure.verdict == .transient)
        #expect(received == 0)
    }

    @Test func `a certificate counts for the address that it names`() async throws {
        let named = try await outcome(names: "IP:127.0.0.1", host: "127.0.0.1", isTrusted: true)
        #expect(try named.result.get().status == 200)
        let other = try await outcome(names: "IP:127.0.0.2", host: "127.0.0.1", isTrusted: true)
        #expect(throws: DeliveryFailure.self) { try other.result.get() }
    }

    @Test func `a certificate that has expired is refused, with the day`() async throws {
        let (result, received) = try await outcome(days: -1, isTrusted: true)
        let failure = try #require(throws: DeliveryFailure.self) { try result.get() }
        let day = Date(timeIntervalSinceNow: -86_400).formatted(.iso8601.year().month().day())
        #expect(
            failure.description
                == "no TLS with the receiver bureau: its certificate has expired on \(day); "
                + "have it renewed there")
        #expect(failure.verdict == .transient)
        #expect(received == 0)
    }

    @Test func `a byte order mark hides no certificate of a file`() async throws {
        try await withDirectory { directory in
            let first = try ServerCertificate.made(in: directory, names: "DNS:localhost")
            let pem = try String(contentsOfFile: first.certificate, encoding: .utf8)
            let path = directory + "/ca.pem"
            // Two files with a mark each, put together.
            try ("\u{FEFF}" + pem + "\u{FEFF}" + pem)
                .write(toFile: path, atomically: true, encoding: .utf8)
            #expect(Authorities.mistake(inFile: path) == nil)
            let configuration = try Authorities.configuration(file: path, receiver: "bureau")
            guard case .certificates(let trusted)? = configuration.additionalTrustRoots.first else {
                Issue.record("nothing is trusted")
                return
            }
            #expect(trusted.count == 2)
        }
    }

    @Test(arguments: ["", "no certificate\n", "-----BEGIN CERTIFICATE-----\nAAAA\n"])
    func `a file without certificates is refused at the start`(_ text: String) async throws {
        try await withDirectory { directory in
            let path = directory + "/ca.pem"
            try text.write(toFile: path, atomically: true, encoding: .utf8)
            for file in [path, directory + "/missing.pem"] {
                #expect(Authorities.mistake(inFile: file)?.contains(file) == true)
                for kind in Kind.allCases {
                    let error = #expect(throws: ReceiverError.self) {
                        try kind.receiver("https://localhost/", authorities: file, .unused)
                    }
                    #expect(error?.code == "authority_invalid")
                }
            }
        }
    }

    @Test(arguments: Kind.allCases)
    func `authorities for an address without TLS are a mistake`(_ kind: Kind) async throws {
        try await withDirectory { directory in
            let files = try ServerCertificate.made(in: directory, names: "DNS:localhost")
            let error = #expect(throws: ReceiverError.self) {
                try kind.receiver(
                    "http://localhost/", authorities: files.certificate, .unused)
            }
            #expect(error?.code == "authority_unused")
        }
    }
}
