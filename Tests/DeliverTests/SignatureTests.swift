import Deliver
import Labor
import Testing

@Suite struct SignatureTests {
    /// The test vector of the reference libraries of Standard Webhooks.
    private let id = "msg_p5jXN8AQM9LWM0D4loKWxJek"
    private let timestamp: Int64 = 1_614_265_330
    private let body = Array(#"{"test": 2432232314}"#.utf8)
    private let expected = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="

    @Test func `the published test vector is signed`() throws {
        let signature = Signature(secret: try WebhookSecret(secretText))
        #expect(signature.sign(id: id, timestamp: timestamp, body: body) == expected)
    }

    @Test func `the published test vector is believed`() throws {
        let signature = Signature(secret: try WebhookSecret(secretText))
        try signature.verify(
            id: id, timestamp: String(timestamp), signature: expected, body: body,
            now: Instant(seconds: timestamp + 300))
    }

    @Test func `signatures of other versions are passed over`() throws {
        let signature = Signature(secret: try WebhookSecret(secretText))
        try signature.verify(
            id: id, timestamp: String(timestamp), signature: "v1a,AAAA v2,x \(expected)",
            body: body, now: Instant(seconds: timestamp))
    }

    struct Forgery: Sendable, CustomTestStringConvertible {
        let testDescription: String
        var id: String? = "msg_p5jXN8AQM9LWM0D4loKWxJek"
        var timestamp: String? = "1614265330"
        var signature: String? = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="
        var body = #"{"test": 2432232314}"#
        var secondsLater: Int64 = 0
        let refusal: Signature.Refusal
    }

    @Test(arguments: [
        Forgery(testDescription: "no id", id: nil, refusal: .headersIncomplete),
        Forgery(testDescription: "no timestamp", timestamp: nil, refusal: .headersIncomplete),
        Forgery(testDescription: "no number", timestamp: "now", refusal: .headersIncomplete),
        Forgery(testDescription: "no signature", signature: nil, refusal: .headersIncomplete),
        Forgery(testDescription: "other id", id: "msg_2", refusal: .noMatch),
        Forgery(testDescription: "other body", body: #"{"test":2}"#, refusal: .noMatch),
        Forgery(testDescription: "other time", timestamp: "1614265331", refusal: .noMatch),
        Forgery(testDescription: "no base64", signature: "v1,%%", refusal: .noMatch),
        Forgery(testDescription: "short code", signature: "v1,AAAA", refusal: .noMatch),
        Forgery(testDescription: "empty", signature: "", refusal: .noMatch),
        Forgery(testDescription: "old", secondsLater: 301, refusal: .timestampOutOfTolerance),
        Forgery(testDescription: "ahead", secondsLater: -301, refusal: .timestampOutOfTolerance),
        Forgery(
            testDescription: "far ahead", timestamp: "-9223372036854775808",
            refusal: .timestampOutOfTolerance),
    ])
    func `a forged message is refused`(_ forgery: Forgery) throws {
        let signature = Signature(secret: try WebhookSecret(secretText))
        #expect(throws: forgery.refusal) {
            try signature.verify(
                id: forgery.id, timestamp: forgery.timestamp, signature: forgery.signature,
                body: Array(forgery.body.utf8),
                now: Instant(seconds: timestamp + forgery.secondsLater))
        }
    }

    @Test func `while a secret changes both the old and the new one fit`() throws {
        let other = "whsec_" + String(repeating: "QUJD", count: 8)
        let both = Signature(secret: try WebhookSecret("\(other)\n \(secretText)\n"))
        let header = both.sign(id: id, timestamp: timestamp, body: body)
        #expect(header.split(separator: " ").count == 2)
        #expect(header.hasSuffix(expected))
        for text in [other, secretText] {
            try Signature(secret: try WebhookSecret(text)).verify(
                id: id, timestamp: String(timestamp), signature: header, body: body,
                now: Instant(seconds: timestamp))
        }
    }

    @Test(arguments: [
        ("", "is empty"),
        (" \n", "is empty"),
        ("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "number 1 does not begin with whsec_"),
        ("whsec_%%%%", "number 1 is not base64"),
        ("whsec_QUJD", "has 3 bytes instead of 24 to 64"),
        ("whsec_" + String(repeating: "QUJD", count: 22), "has 66 bytes"),
        ("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw plain", "number 2 does not begin"),
    ])
    func `a secret of another form is refused without showing it`(
        _ text: String, _ part: String
    ) throws {
        let error = #expect(throws: ReceiverError.self) { try WebhookSecret(text) }
        #expect(error?.code == "secret_invalid")
        #expect(error?.message.contains(part) == true)
        #expect(error?.description.contains("plain") == false)
        #expect(error?.hint.contains("base64") == true)
    }

    @Test func `a secret does not show itself`() throws {
        let secret = try WebhookSecret(secretText)
        var dumped = ""
        dump(secret, to: &dumped)
        #expect(dumped == "- whsec_… (1)\n")
        #expect("\(secret)" == "whsec_… (1)")
        #expect(String(reflecting: secret) == "whsec_… (1)")
    }
}
