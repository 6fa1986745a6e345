import Labor

/// Feishu (飞书): https://open.feishu.cn/document/client-docs/bot-v3/add-custom-bot
struct FeishuBot: ChatBot {
    /// The maximum size of a request body, bytes.
    static let bodyBytes = 20_000

    let secret: Credential?
    let format: ChatReceiverOptions.Format

    var service: String { "Feishu" }
    /// A hundred messages per minute and five per second. One second is added for network delay.
    var rates: [SendRate] {
        [SendRate(count: 100, seconds: 61), SendRate(count: 5, seconds: 2)]
    }
    var pauseSeconds: Int64 { 60 }

    func url(_ address: String, at now: Instant) -> String { address }

    /// Feishu's signature: HMAC-SHA256 of the empty message; the key is the text of timestamp and
    /// secret, which other services sign.
    static func sign(timestamp: Int64, secret: String) -> String {
        HMACText.of("", key: "\(timestamp)\n\(secret)")
    }

    func style(mentioning mention: ChatMention) -> TextStyle {
        format == .markdown ? .markdown : .chat
    }

    func body(_ post: ChatPost, at now: Instant) -> JSONValue {
        var fields: [String: JSONValue] =
            post.style == .markdown
            ? ["msg_type": "interactive", "card": card(post)]
            : [
                "msg_type": "text",
                "content": .object(["text": .string(post.text + called(post, quote: "\""))]),
            ]
        if let secret {
            let timestamp = now.microseconds / 1_000_000
            fields["timestamp"] = .string("\(timestamp)")
            fields["sign"] = .string(FeishuBot.sign(timestamp: timestamp, secret: secret.text))
        }
        return .object(fields)
    }

    /// A card whose header has the tier's colour.
    private func card(_ post: ChatPost) -> JSONValue {
        .object([
            "config": .object(["wide_screen_mode": true]),
            "header": .object([
                "template": .string(post.tier.rawValue),
                "title": .object(["tag": "plain_text", "content": .string(post.title)]),
            ]),
            "elements": .array([
                .object([
                    "tag": "markdown", "content": .string(post.text + called(post, quote: "")),
                ])
            ]),
        ])
    }

    private func called(_ post: ChatPost, quote: String) -> String {
        let attribute = quote.isEmpty ? "id" : "user_id"
        switch post.mention {
        case .nobody: return ""
        case .everybody: return "\n<at \(attribute)=\(quote)all\(quote)></at>"
        case .listed(let people):
            return "\n"
                + people.map { "<at \(attribute)=\(quote)\($0)\(quote)></at>" }.joined()
        }
    }

    func takes(_ post: ChatPost, size: Int) -> Bool { size <= FeishuBot.bodyBytes }

    func meaning(of code: Int, _ words: String) -> ChatRefusal? {
        switch code {
        case 11_232, 99_991_400:
            ChatRefusal(
                meaning: .tooMuch,
                hint: "something else posts through this bot, too: give laborwatch one of its own")
        case 19_021:
            ChatRefusal(
                meaning: .never, hint: "compare the signing secret, and this machine's clock")
        case 19_022:
            ChatRefusal(
                meaning: .never, hint: "add this machine's address to the bot's IP list")
        case 19_024:
            ChatRefusal(
                meaning: .never,
                hint: "let one of the bot's keywords be 预警 or alert, or write one into the template"
            )
        case 19_001:
            ChatRefusal(
                meaning: .never,
                hint: "the token in the address is unknown: copy the bot's address anew")
        case 19_007:
            ChatRefusal(meaning: .gone, hint: "the bot is switched off: switch it on and reload")
        case 9_499, 19_002, 19_036:
            ChatRefusal(
                meaning: .never, hint: "the service does not take this text: look at the template")
        default: nil
        }
    }
}
