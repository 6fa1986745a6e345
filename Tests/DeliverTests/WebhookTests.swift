import Alerting
import Deliver
import Foundation
import HTTPTypes
import Hummingbird
import Labor
import NIOCore
import NIOHTTP1
import Testing

@Suite(.timeLimit(.minutes(20))) struct WebhookTests {
    /// Runs a body with a receiver that posts to an address.
    private func withReceiver(
        _ url: String, secret: String = secretText, timeout: Double = 20,
        _ body: (WebhookReceiver) async throws -> Void
    ) async throws {
        try await withOutlet { outlet in
            try await body(
                try WebhookReceiver(
                    WebhookReceiverOptions(
                        name: "bureau", url: url, secret: try WebhookSecret(secret),
                        timeoutSeconds: timeout, language: .chinese, zone: .shanghai,
                        selfLinkBase: "https://watch.example/", userAgent: "laborwatch/1.0"),
                    outlet: outlet))
        }
    }

    private func failure(of receiver: WebhookReceiver) async throws -> DeliveryFailure {
        try #require(
            await #expect(throws: DeliveryFailure.self) {
                try await receiver.deliver(notice(), at: morning)
            })
    }

    @Test(arguments: [200, 201, 202, 204])
    func `a status of success is a delivery`(_ status: Int) async throws {
        try await Endpoint.serving { _, _ in
            Response(status: .init(code: status))
        } _: { endpoint in
            try await withReceiver(endpoint.url) { receiver in
                let receipt = try await receiver.deliver(notice(), at: morning)
                #expect(receipt == DeliveryReceipt(status: status))
            }
            #expect(endpoint.received.count == 1)
        }
    }

    @Test func `a message carries the document and a signature that the other side believes`()
        async throws
    {
        try await Endpoint.serving { _, _ in
            Response(status: .ok, body: .init(byteBuffer: ByteBuffer(string: "taken")))
        } _: { endpoint in
            let notice = notice(what: .tierChanged)
            try await withReceiver(endpoint.url) { receiver in
                let receipt = try await receiver.deliver(notice, at: morning)
                #expect(receipt == DeliveryReceipt(status: 200, answer: "taken"))
            }
            let request = try #require(endpoint.received.first)
            #expect(request.headers["content-type"] == "application/json")
            #expect(request.headers["user-agent"] == "laborwatch/1.0")
            #expect(request.headers["webhook-id"] == "event-1")
            #expect(request.headers["webhook-timestamp"] == "1793840400")
            try Signature(secret: try WebhookSecret(secretText)).verify(
                id: request.headers["webhook-id"], timestamp: request.headers["webhook-timestamp"],
                signature: request.headers["webhook-signature"], body: request.body, now: morning)
            let document = try AlertDocument(
                notice, language: .chinese, zone: .shanghai,
                selfLink: "https://watch.example/alerts/episode-1"
            ).encoded()
            let head =
                #"{"type":"alert.tier_changed","timestamp":"2026-11-05T09:00:00+08:00","data":"#
            let expected = Array(head.utf8) + document + Array("}".utf8)
            #expect(request.body == expected)
            _ = try JSONDecoder().decode(JSONValue.self, from: Data(request.body))
        }
    }

    @Test func `a message that only tries the receiver has a type of its own`() async throws {
        try await Endpoint.serving { _, _ in
            Response(status: .ok)
        } _: { endpoint in
            try await withReceiver(endpoint.url) { receiver in
                let message = MessageSample.test(
                    id: "test-1", tier: .blue, at: morning, day: Zone.shanghai.day(morning))
                _ = try await receiver.deliver(message, at: morning)
            }
            let body = try #require(endpoint.received.first).body
            let document = try JSONDecoder().decode(JSONValue.self, from: Data(body))
            #expect(document["type"] == "alert.test")
            #expect(document["data"]?["title"] == "TEST 测试：请忽略")
            #expect(document["data"]?["rule"] == "laborwatch.test")
        }
    }

    @Test func `tries of one event differ in time and signature only`() async throws {
        try await Endpoint.serving { _, number in
            Response(status: number == 1 ? .internalServerError : .noContent)
        } _: { endpoint in
            try await withReceiver(endpoint.url) { receiver in
                _ = try await failure(of: receiver)
                _ = try await receiver.deliver(notice(), at: morning.adding(seconds: 5))
            }
            let requests = endpoint.received
            try #require(requests.count == 2)
            #expect(requests[0].body == requests[1].body)
            #expect(requests.map { $0.headers["webhook-id"] } == ["event-1", "event-1"])
            #expect(
                requests.map { $0.headers["webhook-timestamp"] } == ["1793840400", "1793840405"])
            #expect(
                requests[0].headers["webhook-signature"]
                    != requests[1].headers["webhook-signature"])
        }
    }

    @Test func `while a secret changes the other side may have either`() async throws {
        let other = "whsec_" + String(repeating: "QUJD", count: 8)
        try await Endpoint.serving { _, _ in
            Response(status: .ok)
        } _: { endpoint in
            try await withReceiver(endpoint.url, secret: "\(other) \(secretText)") { receiver in
                _ = try await receiver.deliver(notice(), at: morning)
            }
            let request = try #require(endpoint.received.first)
            for secret in [other, secretText] {
                try Signature(secret: try WebhookSecret(secret)).verify(
                    id: request.headers["webhook-id"],
                    timestamp: request.headers["webhook-timestamp"],
                    signature: request.headers["webhook-signature"], body: request.body,
                    now: morning)
            }
        }
    }

    struct Refusal: Sendable, CustomTestStringConvertible {
        let status: Int
        var headers: [String: String] = [:]
        let verdict: DeliveryFailure.Verdict
        var hint: String?
        var testDescription: String { "\(status) \(headers)" }
    }

    @Test(arguments: [
        Refusal(
            status: 301, headers: ["location": "/elsewhere"], verdict: .transient, hint: "url"),
        Refusal(
            status: 302, headers: ["location": "/elsewhere"], verdict: .transient, hint: "url"),
        Refusal(
            status: 307, headers: ["location": "/elsewhere"], verdict: .transient, hint: "url"),
        Refusal(status: 304, verdict: .transient, hint: "url"),
        Refusal(status: 400, verdict: .transient, hint: "body"),
        Refusal(status: 401, verdict: .transient, hint: "secret"),
        Refusal(status: 403, verdict: .transient, hint: "secret"),
        Refusal(status: 404, verdict: .transient, hint: "path"),
        Refusal(status: 410, verdict: .gone, hint: "configuration"),
        Refusal(status: 413, verdict: .transient, hint: "64 KiB"),
        Refusal(status: 422, verdict: .transient),
        Refusal(status: 429, verdict: .throttled(retryAfter: nil)),
        Refusal(
            status: 429, headers: ["retry-after": "120"], verdict: .throttled(retryAfter: 120)),
        Refusal(
            status: 429, headers: ["retry-after": "Thu, 05 Nov 2026 01:02:00 GMT"],
            verdict: .throttled(retryAfter: 120)),
        Refusal(
            status: 429, headers: ["retry-after": "soon"], verdict: .throttled(retryAfter: nil)),
        Refusal(status: 500, headers: ["retry-after": "120"], verdict: .transient),
        Refusal(status: 502, verdict: .transient),
        Refusal(status: 503, verdict: .throttled(retryAfter: nil)),
        Refusal(status: 503, headers: ["retry-after": "7"], verdict: .throttled(retryAfter: 7)),
    ])
    func `another status is a failure with its verdict`(_ refusal: Refusal) async throws {
        try await Endpoint.serving { request, _ in
            guard request.path == "/hook" else { return Response(status: .ok) }
            var headers = HTTPFields()
            for (name, value) in refusal.headers {
                if let name = HTTPField.Name(name) { headers[name] = value }
            }
            let body = refusal.status == 304 ? "" : "no"
            return Response(
                status: .init(code: refusal.status), headers: headers,
                body: .init(byteBuffer: ByteBuffer(string: body)))
        } _: { endpoint in
            try await withReceiver(endpoint.url) { receiver in
                let failure = try await failure(of: receiver)
                #expect(failure.verdict == refusal.verdict)
                #expect(failure.status == refusal.status)
                #expect(failure.answer == (refusal.status == 304 ? nil : "no"))
                #expect(failure.message.contains("bureau"))
                #expect(failure.message.contains(String(refusal.status)))
                if let hint = refusal.hint {
                    #expect(failure.hint?.contains(hint) == true)
                } else {
                    #expect(failure.hint == nil)
                }
            }
            // A redirect is not followed: nothing else was asked for.
            #expect(endpoint.received.map(\.path) == ["/hook"])
        }
    }

    @Test func `an answer that comes too late is a failure`() async throws {
        let gate = Gate()
        try await Endpoint.serving { _, _ in
            await gate.pass()
            return Response(status: .ok)
        } _: { endpoint in
            defer { gate.open() }
            try await withReceiver(endpoint.url, timeout: 0.2) { receiver in
                let failure = try await failure(of: receiver)
                #expect(failure.verdict == .transient)
                #expect(failure.message == "the receiver bureau did not answer within 0.2 s")
            }
        }
    }

    @Test func `a status of success counts even if its body never ends`() async throws {
        let gate = Gate()
        try await Endpoint.serving { _, _ in
            Response(
                status: .ok,
                body: .init { writer in
                    try await writer.write(ByteBuffer(string: "first "))
                    await gate.pass()
                    try await writer.finish(nil)
                })
        } _: { endpoint in
            defer { gate.open() }
            try await withReceiver(endpoint.url, timeout: 3) { receiver in
                let receipt = try await receiver.deliver(notice(), at: morning)
                #expect(receipt.status == 200)
            }
        }
    }

    @Test func `of a huge answer one kilobyte is kept`() async throws {
        try await Endpoint.serving { _, _ in
            let body = ByteBuffer(string: String(repeating: "西", count: 1_000_000))
            return Response(status: .internalServerError, body: .init(byteBuffer: body))
        } _: { endpoint in
            try await withReceiver(endpoint.url) { receiver in
                let failure = try await failure(of: receiver)
                #expect(failure.answer == String(repeating: "西", count: 341))
                // The connection that was dropped half-read does not harm the next try.
                let second = try await self.failure(of: receiver)
                #expect(second.status == 500)
            }
        }
    }

    @Test func `bytes that are no text become text`() async throws {
        try await Endpoint.serving { _, _ in
            let body = ByteBuffer(bytes: [0xFF, 0x00, 0x41, 0xC3])
            return Response(status: .badRequest, body: .init(byteBuffer: body))
        } _: { endpoint in
            try await withReceiver(endpoint.url) { receiver in
                let failure = try await failure(of: receiver)
                #expect(failure.answer == "\u{FFFD}A\u{FFFD}")
            }
        }
    }

    @Test(arguments: ["", "hello\r\n\r\n", "HTTP/1.1 abc\r\n\r\n", "\u{0}\u{1}\u{2}"])
    func `an answer that is no HTTP is a failure to try again`(_ answer: String) async throws {
        let endpoint = try RawEndpoint(answering: Array(answer.utf8))
        defer { endpoint.stop() }
        try await withReceiver("http://127.0.0.1:\(endpoint.port)/") { receiver in
            let failure = try await failure(of: receiver)
            #expect(failure.verdict == .transient)
            #expect(failure.status == nil)
        }
    }

    @Test func `of an answer without end no more is fetched than is looked at`() async throws {
        let head = "HTTP/1.1 200 OK\r\ncontent-length: 1099511627776\r\n\r\n"
        let part = Array((head + String(repeating: "x", count: (1 << 20) - head.utf8.count)).utf8)
        let endpoint = try RawEndpoint(answering: part, times: 1_024)
        defer { endpoint.stop() }
        try await withReceiver("http://127.0.0.1:\(endpoint.port)/") { receiver in
            let receipt = try await receiver.deliver(notice(), at: morning)
            #expect(receipt.answer == String(repeating: "x", count: 1_024))
            // What the sockets of both sides hold is sent, but no gigabyte.
            #expect(await endpoint.taken < 100 << 20)
        }
    }

    @Test(arguments: ["HTTP/1.1 200 O", "HTTP/1.1 200 OK\r\ncontent-length: 5\r\nx-slow:", ""])
    func `a head that never ends is given up in time`(_ answer: String) async throws {
        let endpoint = try RawEndpoint(answering: Array(answer.utf8), holds: true)
        defer { endpoint.stop() }
        try await withReceiver("http://127.0.0.1:\(endpoint.port)/", timeout: 0.3) { receiver in
            let failure = try await failure(of: receiver)
            #expect(failure.verdict == .transient)
            #expect(failure.message == "the receiver bureau did not answer within 0.3 s")
        }
    }

    @Test func `a head of megabytes is a failure to try again`() async throws {
        let head = "HTTP/1.1 200 OK\r\nx-long: " + String(repeating: "x", count: 2_000_000)
        let endpoint = try RawEndpoint(answering: Array(head.utf8))
        defer { endpoint.stop() }
        try await withReceiver("http://127.0.0.1:\(endpoint.port)/", timeout: 5) { receiver in
            let failure = try await failure(of: receiver)
            #expect(failure.verdict == .transient)
        }
    }

    @Test func `a refused connection is reported at once`() async throws {
        let endpoint = try RawEndpoint(answering: [])
        endpoint.stop()
        try await withReceiver("http://127.0.0.1:\(endpoint.port)/") { receiver in
            let failure = try await failure(of: receiver)
            #expect(failure.verdict == .transient)
            #expect(failure.message.hasPrefix("no connection to the receiver bureau"))
            #expect(failure.hint?.contains("host and port") == true)
        }
    }

    @Test func `a failed TLS handshake is a failure to try again`() async throws {
        let endpoint = try RawEndpoint(answering: Array("no TLS here".utf8))
        defer { endpoint.stop() }
        try await withReceiver("https://127.0.0.1:\(endpoint.port)/", timeout: 5) { receiver in
            let failure = try await failure(of: receiver)
            #expect(failure.verdict == .transient)
        }
    }

    struct Address: Sendable {
        let url: String
        var allowPrivate = false
        var timeout: Double = 20
        var code: String?
    }

    @Test(arguments: [
        Address(url: "https://hooks.example/x"),
        Address(url: "http://8.8.8.8:9000/hook"),
        Address(url: "http://127.0.0.1:9000/hook", allowPrivate: true),
        Address(url: "ftp://hooks.example/x", code: "url_invalid"),
        Address(url: "hooks.example/x", code: "url_invalid"),
        Address(url: "http://", code: "url_invalid"),
        Address(url: "", code: "url_invalid"),
        Address(url: "https://user:pass@hooks.example/x", code: "url_invalid"),
        Address(url: "https://token@hooks.example/x", code: "url_invalid"),
        Address(url: "https://hooks.example/x#part", code: "url_invalid"),
        Address(url: "https://hooks.example/x@y?z=a@b"),
        Address(url: "http://localhost/x"),
        Address(url: "http://a.localhost./x"),
        Address(url: "http://127.9.9.9/x"),
        Address(url: "http://10.0.0.1/x", code: "url_private"),
        Address(url: "http://172.31.0.1/x", code: "url_private"),
        Address(url: "http://172.32.0.1/x"),
        Address(url: "http://192.168.1.1/x", code: "url_private"),
        Address(url: "http://169.254.169.254/x", code: "url_private"),
        Address(url: "http://0.0.0.0/x", code: "url_private"),
        Address(url: "http://2130706433/x"),
        Address(url: "http://[::1]/x"),
        Address(url: "http://[fd00::1]/x", code: "url_private"),
        Address(url: "http://[fe80::1]/x", code: "url_private"),
        Address(url: "http://[febf::1]/x", code: "url_private"),
        Address(url: "http://[::ffff:10.0.0.1]/x", code: "url_private"),
        Address(url: "http://[64:ff9b::a00:1]/x", code: "url_private"),
        Address(url: "http://[64:ff9b:1::808:808]/x", code: "url_private"),
        Address(url: "http://[64:ff9b::808:808]/x"),
        Address(url: "http://[::ffff:0:a9fe:a9fe]/x", code: "url_private"),
        Address(url: "http://[::ffff:a9fe:a9fe]/x", code: "url_private"),
        Address(url: "http://[2002:a00:1::1]/x", code: "url_private"),
        Address(url: "http://[2002:808:808::1]/x"),
        Address(url: "http://[2001:0:808:808::f5ff:fffe]/x", code: "url_private"),
        Address(url: "http://[::]/x", code: "url_private"),
        Address(url: "http://[ff02::1]/x", code: "url_private"),
        Address(url: "http://198.18.0.7/x", code: "url_private"),
        Address(url: "http://192.0.0.9/x", code: "url_private"),
        Address(url: "http://192.0.1.9/x"),
        Address(url: "http://255.255.255.255/x", code: "url_private"),
        Address(url: "http://100.64.0.1/x", code: "url_private"),
        Address(url: "http://10.1/x", code: "url_private"),
        Address(url: "http://0xa000001/x", code: "url_private"),
        Address(url: "http://10.0.0.1/x", allowPrivate: true),
        Address(url: "http://11.0.0.1/x"),
        Address(url: "http://[2001:db8::1]/x"),
        Address(url: "http://[::ffff:127.0.0.1]/x"),
        Address(url: "http://[2001:db8::1]/x"),
        Address(url: "https://hooks.example/x", timeout: 0, code: "timeout_invalid"),
        Address(url: "https://hooks.example/x", timeout: 31, code: "timeout_invalid"),
        Address(url: "https://hooks.example/x", timeout: .nan, code: "timeout_invalid"),
    ])
    func `settings are checked before the first message`(_ address: Address) throws {
        let options = WebhookReceiverOptions(
            name: "bureau", url: address.url, secret: try WebhookSecret(secretText),
            timeoutSeconds: address.timeout, language: .english, zone: .utc,
            allowPrivate: address.allowPrivate)
        var code: String?
        do throws(ReceiverError) {
            _ = try WebhookReceiver(options, outlet: .unused)
        } catch {
            code = error.code
        }
        #expect(code == address.code)
    }
}
