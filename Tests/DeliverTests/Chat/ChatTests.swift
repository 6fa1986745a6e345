import Alerting
import Deliver
import Foundation
import Hummingbird
import Labor
import Logging
import NIOCore
import Support
import Testing

/// Runs a body with a receiver that posts to a chat house.
func withChat(
    _ house: ChatHouse, secret: String? = nil, format: ChatReceiverOptions.Format = .markdown,
    mention: ChatReceiverOptions.Mention = .nobody, language: Language = .chinese,
    source: MessageWording.Source = .builtIn, logger: Logger = Logger(label: "test"),
    answer: (@Sendable (Received) -> Response)? = nil,
    _ body: @escaping @Sendable (ChatReceiver, Endpoint) async throws -> Void
) async throws {
    try await Endpoint.serving { request, _ in
        answer?(request) ?? house.answer(request)
    } _: { endpoint in
        try await withOutlet { outlet in
            let receiver = try ChatReceiver(
                ChatReceiverOptions(
                    name: "group", service: house.service,
                    url: Credential(house.address(endpoint) + "\n"),
                    secret: (secret ?? house.secret).map { Credential($0) }, format: format,
                    mention: mention,
                    wording: MessageWording(
                        language: language, zone: .shanghai,
                        selfLinkBase: "https://watch.example/", source: source)),
                outlet: outlet, logger: logger)
            try await body(receiver, endpoint)
        }
    }
}

/// A group of so many alerts, the tiers mixed.
func group(_ count: Int, title: String = "西藏甲公司裁员 126 人") -> AlertMessage? {
    AlertMessage(
        group: "拉萨市",
        notices: (0..<count).map { index in
            notice(
                "event-\(index)", episode: "episode-\(index)",
                tier: Tier.allCases[index % Tier.allCases.count], title: "\(title) 之\(index)")
        })
}

@Suite(.timeLimit(.minutes(20))) struct ChatTests {
    private func failure(
        of receiver: ChatReceiver, _ message: AlertMessage = AlertMessage(notice()),
        at now: Instant = morning
    ) async throws -> DeliveryFailure {
        try #require(
            await #expect(throws: DeliveryFailure.self) {
                try await receiver.deliver(message, at: now)
            })
    }

    @Test(arguments: ChatService.allCases, [ChatReceiverOptions.Format.markdown, .text])
    func `a signed post is taken and shows what happened`(
        _ service: ChatService, _ format: ChatReceiverOptions.Format
    ) async throws {
        let house = ChatHouse(
            service, secret: service == .wecom ? nil : "SECtest+/=", keywords: ["预警"])
        try await withChat(house, format: format) { receiver, _ in
            let receipt = try await receiver.deliver(notice(), at: morning)
            #expect(receipt.status == 200)
            let text = try #require(house.texts.first)
            #expect(text.contains("【橙色】新发预警：西藏甲公司裁员 126 人"))
            #expect(text.contains("https://watch.example/alerts/episode-1"))
        }
    }

    @Test(arguments: [ChatService.dingtalk, .feishu])
    func `a wrong secret is refused for good, with a hint`(_ service: ChatService) async throws {
        let house = ChatHouse(service, secret: "right-secret")
        try await withChat(house, secret: "wrong-secret") { receiver, _ in
            let failure = try await failure(of: receiver)
            #expect(failure.verdict == .permanent)
            #expect(failure.hint?.contains("secret") == true)
        }
        // An hour off is as wrong as a wrong secret.
        try await withChat(house) { receiver, _ in
            let failure = try await failure(of: receiver, at: morning.adding(seconds: -3_700))
            #expect(failure.verdict == .permanent)
            #expect(failure.hint?.contains("clock") == true)
        }
    }

    @Test(arguments: [ChatService.dingtalk, .feishu])
    func `a missing keyword is refused for good, with a hint`(_ service: ChatService) async throws {
        try await withChat(ChatHouse(service, keywords: ["工资条"])) { receiver, _ in
            let failure = try await failure(of: receiver)
            #expect(failure.verdict == .permanent)
            #expect(failure.hint?.contains("keyword") == true)
        }
    }

    @Test(arguments: ChatService.allCases)
    func `the service's rate is kept, and what is too much waits`(
        _ service: ChatService
    ) async throws {
        let house = ChatHouse(service)
        let burst = service == .feishu ? 5 : 20
        try await withChat(house) { receiver, _ in
            var now = morning
            var waits = 0
            for _ in 0..<120 {
                house.now = now
                do throws(DeliveryFailure) {
                    _ = try await receiver.deliver(notice(), at: now)
                } catch {
                    guard case .throttled(let wait?) = error.verdict else { throw error }
                    #expect(house.texts.count >= burst)
                    #expect(wait >= 1 && wait <= 61)
                    #expect(error.status == nil)
                    waits += 1
                    now = now.adding(seconds: wait)
                    house.now = now
                    _ = try await receiver.deliver(notice(), at: now)
                }
            }
            #expect(house.texts.count == 120)
            #expect(house.refused == 0)
            #expect(waits >= 5)
        }
    }

    @Test func `a backlog beyond the rate costs no tries and loses nothing`() async throws {
        let house = ChatHouse(.dingtalk)
        try await withChat(house) { receiver, _ in
            let bench = Bench([receiver])
            for index in 1...90 {
                let notice = notice("event-\(index)", episode: "episode-\(index)")
                await bench.outbox.add(notice, to: "group", at: morning)
            }
            for _ in 0..<200 where house.texts.count < 90 {
                house.now = bench.clock.now
                if let due = try await bench.courier.round().nextDue {
                    bench.clock.advance(to: due)
                }
            }
            let rows = await bench.outbox.rows
            #expect(rows.allSatisfy { $0.state == .delivered && $0.attempts == 1 })
            #expect(house.texts.count == 90)
            #expect(house.refused == 0)
            #expect(bench.clock.now.seconds(since: morning) >= 240)
        }
    }

    @Test(arguments: zip(ChatService.allCases, [600, 60, 60] as [Int64]))
    func `a rate that somebody else used up means to wait as documented`(
        _ service: ChatService, _ pause: Int64
    ) async throws {
        let house = ChatHouse(service)
        // Another program posts through the same bot.
        try await withChat(house) { other, endpoint in
            let wording = MessageWording(language: .english, zone: .shanghai)
            try await withOutlet { outlet in
                for _ in 0..<(service == .feishu ? 5 : 20) {
                    let fresh = try ChatReceiver(
                        ChatReceiverOptions(
                            name: "else", service: service,
                            url: Credential(house.address(endpoint)), wording: wording),
                        outlet: outlet)
                    _ = try await fresh.deliver(notice(), at: morning)
                }
            }
            let failure = try await failure(of: other)
            #expect(failure.verdict == .throttled(retryAfter: pause))
            #expect(failure.status == 200)
        }
    }

    @Test(arguments: ChatService.allCases, Language.allCases)
    func `a group is cut to the service's size, the highest tier first`(
        _ service: ChatService, _ language: Language
    ) async throws {
        for format in ChatReceiverOptions.Format.allCases {
            let house = ChatHouse(service)
            try await withChat(house, format: format, language: language) { receiver, _ in
                _ = try await receiver.deliver(try #require(group(400)), at: morning)
                let text = try #require(house.texts.first)
                #expect(house.refused == 0)
                let words = language == .chinese ? ["红色", "橙色"] : ["RED |", "ORANGE |"]
                let red = try #require(text.range(of: words[0]))
                if let orange = text.range(of: words[1], range: red.upperBound..<text.endIndex) {
                    #expect(red.lowerBound < orange.lowerBound)
                }
                let tail = language == .chinese ? /另有(\d+)件未列出/ : /… and (\d+) more/
                let left = try #require(text.firstMatch(of: tail).flatMap { Int($0.1) })
                let shown = text.components(separatedBy: "https://watch.example/alerts/").count - 1
                #expect(shown > 0)
                #expect(shown + left == 400)
            }
        }
    }

    @Test(arguments: ChatService.allCases)
    func `one endless alert is cut between two characters`(_ service: ChatService) async throws {
        let house = ChatHouse(service)
        let endless = String(repeating: "裁👩‍👩‍👧é", count: 9_000)
        try await withChat(house) { receiver, _ in
            _ = try await receiver.deliver(notice(title: endless), at: morning)
            let text = try #require(house.texts.first)
            #expect(house.refused == 0)
            #expect(text.hasSuffix("…"))
            let last = try #require(text.dropLast().last)
            #expect("裁👩‍👩‍👧é".contains(last))
        }
    }

    struct Code: Sendable, CustomTestStringConvertible {
        var service: ChatService
        var code: Int
        var verdict: DeliveryFailure.Verdict
        var testDescription: String { "\(service) \(code)" }
    }

    @Test(arguments: [
        Code(service: .dingtalk, code: -1, verdict: .transient),
        Code(service: .dingtalk, code: 130_101, verdict: .throttled(retryAfter: 600)),
        Code(service: .dingtalk, code: 410_100, verdict: .throttled(retryAfter: 600)),
        Code(service: .dingtalk, code: 310_000, verdict: .permanent),
        Code(service: .dingtalk, code: 300_005, verdict: .permanent),
        Code(service: .dingtalk, code: 400_106, verdict: .gone),
        Code(service: .dingtalk, code: 777, verdict: .transient),
        Code(service: .wecom, code: -1, verdict: .transient),
        Code(service: .wecom, code: 45_009, verdict: .throttled(retryAfter: 60)),
        Code(service: .wecom, code: 93_000, verdict: .gone),
        Code(service: .wecom, code: 40_058, verdict: .permanent),
        Code(service: .wecom, code: 777, verdict: .transient),
        Code(service: .feishu, code: 11_232, verdict: .throttled(retryAfter: 60)),
        Code(service: .feishu, code: 99_991_400, verdict: .throttled(retryAfter: 60)),
        Code(service: .feishu, code: 19_001, verdict: .permanent),
        Code(service: .feishu, code: 19_021, verdict: .permanent),
        Code(service: .feishu, code: 19_022, verdict: .permanent),
        Code(service: .feishu, code: 19_024, verdict: .permanent),
        Code(service: .feishu, code: 777, verdict: .transient),
    ])
    func `an error inside a 200 is no delivery`(_ code: Code) async throws {
        let name = code.service == .feishu ? "code" : "errcode"
        try await withChat(ChatHouse(code.service)) { _ in
            Response(
                status: .ok,
                body: .init(byteBuffer: ByteBuffer(string: #"{"\#(name)":\#(code.code)}"#)))
        } _: { receiver, _ in
            let failure = try await failure(of: receiver)
            #expect(failure.verdict == code.verdict)
            #expect(failure.message.contains("\(code.code)"))
            if code.verdict == .permanent || code.verdict == .gone { #expect(failure.hint != nil) }
        }
    }

    @Test(arguments: ["<html>log in first</html>", "", "[]", #"{"ok":true}"#])
    func `a 200 of somebody in between is no delivery`(_ page: String) async throws {
        try await withChat(ChatHouse(.wecom)) { _ in
            Response(status: .ok, body: .init(byteBuffer: ByteBuffer(string: page)))
        } _: { receiver, _ in
            let failure = try await failure(of: receiver)
            #expect(failure.verdict == .transient)
        }
    }

    @Test(arguments: [#"{"errcode":0"#, ""])
    func `an answer that breaks off before it says how it went is no delivery`(
        _ beginning: String
    ) async throws {
        let head = "HTTP/1.1 200 OK\r\ncontent-length: 27\r\n\r\n"
        let endpoint = try RawEndpoint(answering: Array((head + beginning).utf8))
        defer { endpoint.stop() }
        try await withOutlet { outlet in
            let receiver = try ChatReceiver(
                ChatReceiverOptions(
                    name: "group", service: .wecom,
                    url: Credential("http://127.0.0.1:\(endpoint.port)/send?key=0123456789"),
                    wording: MessageWording(language: .chinese, zone: .shanghai)),
                outlet: outlet)
            let failure = try await failure(of: receiver)
            #expect(failure.verdict == .transient)
            #expect(failure.status == 200)
        }
    }

    @Test(arguments: ChatService.allCases)
    func `token and secret are never told`(_ service: ChatService) async throws {
        let kept = LogLines()
        let logger = Logger(label: "test") { _ in KeepingLogHandler(kept: kept) }
        let secret = "very-secret-words"
        let name = service == .feishu ? "msg" : "errmsg"
        let code = service == .feishu ? "code" : "errcode"
        try await withChat(
            ChatHouse(service), secret: secret, logger: logger,
            answer: { request in
                let asked = "\(request.path)?\(request.query ?? "") \(secret)"
                return Response(
                    status: .ok,
                    body: .init(
                        byteBuffer: ByteBuffer(string: #"{"\#(code)":5,"\#(name)":"\#(asked)"}"#)))
            }
        ) { receiver, _ in
            let failure = try await failure(of: receiver)
            let told = "\(failure) \(failure.answer ?? "") \(kept.lines) \(receiver)"
            #expect(failure.message.contains("…"))
            #expect(!told.contains("0123456789abcdef"))
            #expect(!told.contains(secret))
        }
    }

    @Test func `a red alert calls those who are listed, its end calls nobody`() async throws {
        for service in ChatService.allCases {
            let house = ChatHouse(service)
            try await withChat(house, mention: .listed(["13800000000"])) { receiver, _ in
                _ = try await receiver.deliver(notice(tier: .red), at: morning)
                _ = try await receiver.deliver(notice(what: .resolved, tier: .red), at: morning)
                _ = try await receiver.deliver(notice(tier: .orange), at: morning)
                let calls = house.bodies.map { "\($0)".contains("13800000000") }
                #expect(calls == [true, false, false], "\(service)")
            }
            let loud = ChatHouse(service)
            try await withChat(loud, mention: .everybody) { receiver, _ in
                _ = try await receiver.deliver(notice(tier: .red), at: morning)
                _ = try await receiver.deliver(notice(tier: .blue), at: morning)
                let calls = loud.bodies.map { body in
                    body["at"]?["isAtAll"] == true || "\(body)".contains("@all")
                        || "\(body)".contains("<at id=all>")
                }
                #expect(calls == [true, false], "\(service)")
            }
        }
    }

    @Test func `a company's name can neither link nor call`() async throws {
        let house = ChatHouse(.feishu)
        let name = "甲公司 <at id=all></at> [点这里](http://evil.example) **急**"
        try await withChat(house) { receiver, _ in
            _ = try await receiver.deliver(notice(title: name), at: morning)
            let text = try #require(house.texts.first)
            #expect(!text.contains("<at"))
            #expect(!text.contains("[点这里]"))
            #expect(!text.contains("**"))
        }
    }

    @Test(arguments: [
        "", "not an address", "ftp://x/y", "https://", "https://a/b\nhttps://c/d",
        "https://user:pass@oapi.example/robot/send?access_token=1",
    ])
    func `a file that holds no address is refused without quoting it`(_ text: String) throws {
        let error = #expect(throws: ReceiverError.self) {
            try ChatReceiver(
                ChatReceiverOptions(
                    name: "group", service: .wecom, url: Credential(text),
                    wording: MessageWording(language: .chinese, zone: .shanghai)),
                outlet: .unused)
        }
        #expect(error?.code == "url_invalid")
        if text.count > 10 { #expect(error.map { !"\($0)".contains(text) } == true) }
    }
}
