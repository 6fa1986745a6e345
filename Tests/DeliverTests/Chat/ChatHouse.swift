import Crypto
import Deliver
import Foundation
import Hummingbird
import Labor
import NIOCore
import Synchronization

/// A chat service on loopback that keeps its documented rules: signature, size, rate, keywords. It
/// recomputes what it checks by itself.
final class ChatHouse: Sendable {
    let service: ChatService
    /// What posts must be signed with; nil asks for no signature.
    let secret: String?
    /// One of these must stand in every text, where there are any.
    let keywords: [String]
    private let state: Mutex<State>

    private struct State {
        var now: Instant
        var taken: [Instant] = []
        var texts: [String] = []
        var bodies: [JSONValue] = []
        var refused = 0
        var bannedUntil: Instant?
    }

    init(_ service: ChatService, secret: String? = nil, keywords: [String] = []) {
        self.service = service
        self.secret = secret
        self.keywords = keywords
        state = Mutex(State(now: morning))
    }

    /// The service's own clock.
    var now: Instant {
        get { state.withLock { $0.now } }
        set { state.withLock { $0.now = newValue } }
    }

    /// The texts that it showed.
    var texts: [String] { state.withLock { $0.texts } }
    /// The bodies that it took.
    var bodies: [JSONValue] { state.withLock { $0.bodies } }
    /// How many posts it refused.
    var refused: Int { state.withLock { $0.refused } }

    /// Where the bot's address leads.
    func address(_ endpoint: Endpoint) -> String {
        switch service {
        case .dingtalk: endpoint.url + "/robot/send?access_token=0123456789abcdef"
        case .wecom: endpoint.url + "/cgi-bin/webhook/send?key=0123456789abcdef"
        case .feishu: endpoint.url + "/open-apis/bot/v2/hook/0123456789abcdef"
        }
    }

    /// The answer to a post: always 200, as the services do.
    func answer(_ request: Received) -> Response {
        let (code, words) = judged(request)
        if code != 0 { state.withLock { $0.refused += 1 } }
        let text =
            service == .feishu
            ? #"{"code":\#(code),"data":{},"msg":"\#(words)"}"#
            : #"{"errcode":\#(code),"errmsg":"\#(words)"}"#
        return Response(status: .ok, body: .init(byteBuffer: ByteBuffer(string: text)))
    }

    private func judged(_ request: Received) -> (Int, String) {
        guard let body = try? JSONDecoder().decode(JSONValue.self, from: Data(request.body)),
            let text = text(body)
        else { return refusal(shape: true) }
        if let secret, !isSigned(request, body, secret) {
            return service == .feishu
                ? (19_021, "sign match fail or timestamp is not within one hour")
                : (310_000, "description:机器人发送签名不匹配; solution: sign not match")
        }
        if !keywords.isEmpty, !keywords.contains(where: { text.contains($0) }) {
            return service == .feishu
                ? (19_024, "Key Words Not Found") : (310_000, "keywords not in content")
        }
        guard isSmall(request, body, text) else { return refusal(shape: false) }
        return state.withLock { state in
            let limits: [(Int, Double)] = service == .feishu ? [(100, 60), (5, 1)] : [(20, 60)]
            let isMuch = limits.contains { count, seconds in
                state.taken.count { state.now.seconds(since: $0) < seconds } >= count
            }
            let isBanned = state.bannedUntil.map { state.now < $0 } ?? false
            if isMuch || isBanned {
                if service == .dingtalk, !isBanned {
                    state.bannedUntil = state.now.adding(seconds: 600)
                }
                return switch service {
                case .dingtalk: (130_101, "send too fast, exceed 20 times per minute")
                case .wecom: (45_009, "api freq out of limit")
                case .feishu: (11_232, "frequency limited psm")
                }
            }
            state.taken.append(state.now)
            state.texts.append(text)
            state.bodies.append(body)
            return (0, "ok")
        }
    }

    private func refusal(shape: Bool) -> (Int, String) {
        switch service {
        case .dingtalk: (40_035, "缺少参数 json")
        case .wecom: (40_058, "content exceed max length")
        case .feishu: shape ? (9_499, "Bad Request") : (19_036, "too large")
        }
    }

    private func isSmall(_ request: Received, _ body: JSONValue, _ text: String) -> Bool {
        switch service {
        case .dingtalk, .feishu: request.body.count <= 20_000
        case .wecom: text.utf8.count <= (body["msgtype"] == "text" ? 2_048 : 4_096)
        }
    }

    private func text(_ body: JSONValue) -> String? {
        let paths: [[String]] = [
            ["text", "content"], ["markdown", "text"], ["markdown", "content"],
            ["content", "text"],
        ]
        for path in paths {
            if case .string(let text)? = path.reduce(Optional(body), { $0?[$1] }) { return text }
        }
        guard case .array(let elements)? = body["card"]?["elements"],
            case .string(let text)? = elements.first?["content"]
        else { return nil }
        return text
    }

    private func isSigned(_ request: Received, _ body: JSONValue, _ secret: String) -> Bool {
        let seconds: Double
        let given: String
        let expected: Data
        if service == .feishu {
            guard case .string(let timestamp)? = body["timestamp"],
                case .string(let sign)? = body["sign"], let number = Double(timestamp)
            else { return false }
            (seconds, given) = (number, sign)
            expected = hmac(key: "\(timestamp)\n\(secret)", "")
        } else {
            let items = URLComponents(string: "http://h/?" + (request.query ?? ""))?.queryItems
            guard let timestamp = items?.first(where: { $0.name == "timestamp" })?.value,
                let sign = items?.first(where: { $0.name == "sign" })?.value,
                let number = Double(timestamp)
            else { return false }
            (seconds, given) = (number / 1_000, sign)
            expected = hmac(key: secret, "\(timestamp)\n\(secret)")
        }
        let age = Double(now.microseconds) / 1e6 - seconds
        return abs(age) <= 3_600 && Data(base64Encoded: given) == expected
    }

    /// RFC 2104 by hand.
    private func hmac(key: String, _ message: String) -> Data {
        var block = Data(key.utf8)
        if block.count > 64 { block = Data(SHA256.hash(data: block)) }
        block += Data(repeating: 0, count: 64 - block.count)
        let inner = SHA256.hash(data: Data(block.map { $0 ^ 0x36 }) + Data(message.utf8))
        return Data(SHA256.hash(data: Data(block.map { $0 ^ 0x5C }) + Data(inner)))
    }
}
