import Alerting
import Deliver
import Foundation
import Hummingbird
import Labor
import NIOCore
import Testing

/// What opens doors stands in no failure and no receipt, whatever the other side quotes.
@Suite(.timeLimit(.minutes(20))) struct SecrecyTests {
    private let secrets = ["pathtoken-0123456789", "querytoken", "bearer-token-9876"]

    private func isSilent(_ failure: DeliveryFailure) -> Bool {
        secrets.allSatisfy { !"\(failure) \(failure.answer ?? "")".contains($0) }
    }

    @Test(arguments: [200, 301, 404, 429, 500])
    func `a server that quotes the request gives nothing away`(_ status: Int) async throws {
        try await Endpoint.serving { request, _ in
            let target = "\(request.path)?\(request.query ?? "")"
            let headers = request.headers.map { "\($0): \($1)" }.joined(separator: "\n")
            return Response(
                status: .init(code: status), headers: [.location: "https://x.example\(target)"],
                body: .init(byteBuffer: ByteBuffer(string: "Cannot POST \(target)\n\(headers)")))
        } _: { endpoint in
            try await withOutlet { outlet in
                let url =
                    "http://127.0.0.1:\(endpoint.port)/hook/\(secrets[0])?token=\(secrets[1])"
                let push = try AlertmanagerReceiver(
                    AlertmanagerReceiverOptions(
                        name: "bureau", url: url,
                        credentials: .bearer(token: Credential(secrets[2])), language: .chinese,
                        zone: .shanghai), deliveryLog: NoDeliveryLog(), outlet: outlet)
                let hook = try webhook(url, .laborwatch, outlet: outlet)
                for receiver in [push, hook] as [any Receiver] {
                    do throws(DeliveryFailure) {
                        let receipt = try await receiver.deliver(
                            AlertMessage(notice()), at: morning)
                        let answer = receipt.answer ?? ""
                        #expect(answer.hasPrefix("Cannot POST /hook/…"))
                        #expect(secrets.allSatisfy { !answer.contains($0) })
                    } catch {
                        #expect(error.status == status)
                        #expect(error.answer?.hasPrefix("Cannot POST /hook/…") == true)
                        #expect(isSilent(error), "\(error)")
                    }
                }
            }
        }
    }

    @Test func `a token of two lines is refused at the start, unquoted`() {
        let error = #expect(throws: ReceiverError.self) {
            try AlertmanagerReceiver(
                AlertmanagerReceiverOptions(
                    name: "bureau", url: "https://am.example",
                    credentials: .bearer(token: Credential("bearer-token-9876\nsecond line")),
                    language: .chinese, zone: .shanghai), deliveryLog: NoDeliveryLog(),
                outlet: .unused)
        }
        #expect(error?.code == "secret_invalid")
        #expect(error.map { "\($0)".contains("9876") } == false)
    }
}
