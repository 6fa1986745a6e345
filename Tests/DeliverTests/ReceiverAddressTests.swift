import Alerting
import Deliver
import Foundation
import Hummingbird
import Labor
import NIOCore
import Support
import Testing

/// A receiver that was gone is told again once the operator changed its address.
@Suite(.timeLimit(.minutes(20))) struct ReceiverAddressTests {
    @Test(arguments: TLSTests.Kind.allCases)
    func `whoever is gone is told again at another address, and at no other time`(
        _ kind: TLSTests.Kind
    ) async throws {
        try await Endpoint.serving { request, _ in
            if request.path.hasPrefix("/old") { return gone(kind) }
            let text = kind == .feishu ? #"{"code":0}"# : #"{"errcode":0}"#
            return Response(status: .ok, body: .init(byteBuffer: ByteBuffer(string: text)))
        } _: { endpoint in
            try await withOutlet { outlet in
                let outbox = MemoryOutbox()
                for number in 1...3 {
                    await outbox.add(
                        notice("event-\(number)", episode: "\(number)"), to: "bureau", at: morning)
                }
                var delivered: [Int] = []
                for path in ["old", "old", "new"] {
                    let url = "http://127.0.0.1:\(endpoint.port)/\(path)"
                    let receiver = try kind.receiver(url, authorities: nil, outlet)
                    let round = try await Bench([receiver], outbox: outbox).courier.round()
                    delivered.append(round.delivered)
                }
                #expect(delivered == [0, 0, 2])
                #expect(endpoint.received.count == 3)
            }
        }
    }

    /// How each kind says that there is nobody any more.
    private func gone(_ kind: TLSTests.Kind) -> Response {
        let text =
            switch kind {
            case .dingtalk: #"{"errcode":400013,"errmsg":"群已被解散"}"#
            case .wecom: #"{"errcode":93000,"errmsg":"invalid webhook url"}"#
            case .feishu: #"{"code":19007,"msg":"Bot Not Enabled"}"#
            default: ""
            }
        return Response(
            status: text.isEmpty ? .gone : .ok,
            body: .init(byteBuffer: ByteBuffer(string: text)))
    }

    @Test func `servers of mail and syslog are addresses, too`() throws {
        let wording = MessageWording(language: .chinese, zone: .shanghai)
        func mail(_ host: String) throws -> String {
            try MailReceiver(
                MailReceiverOptions(
                    name: "m", host: host, port: 25, security: .none, from: "a@b.example",
                    to: ["c@d.example"], wording: wording)
            ).address
        }
        func syslog(_ way: SyslogReceiverOptions.Way) throws -> String {
            try SyslogReceiver(
                SyslogReceiverOptions(name: "s", way: way, facility: "local0", wording: wording)
            ).address
        }
        let ways: [SyslogReceiverOptions.Way] = [
            .udp(host: "a", port: 514), .udp(host: "b", port: 514), .tcp(host: "a", port: 514),
        ]
        let mails = [try mail("a"), try mail("b")]
        #expect(mails[0] != mails[1])
        let daemons = try ways.map { try syslog($0) }
        #expect(Set(daemons).count == 3)
        let local = try syslog(.local(path: "/dev/log"))
        #expect(local == "")
    }
}
