import Labor

/// DingTalk (钉钉): https://open.dingtalk.com/document/orgapp/custom-robots-send-group-messages
struct DingTalkBot: ChatBot {
    /// The maximum size of a request body, bytes. The service documents 20 000 per message.
    static let bodyBytes = 20_000

    let secret: Credential?
    let format: ChatReceiverOptions.Format

    var service: String { "DingTalk" }
    /// Twenty messages per minute; a bot above that is blocked for ten minutes. One second is added
    /// for network delay.
    var rates: [SendRate] { [SendRate(count: 20, seconds: 61)] }
    var pauseSeconds: Int64 { 600 }

    /// Adds `timestamp` (milliseconds) and `sign` to the query. The service accepts a clock
    /// difference of one hour.
    func url(_ address: String, at now: Instant) -> String {
        guard let secret else { return address }
        let timestamp = now.microseconds / 1_000
        let sign = DingTalkBot.sign(timestamp: timestamp, secret: secret.text)
        let separator = address.contains("?") ? "&" : "?"
        return address + "\(separator)timestamp=\(timestamp)&sign=\(DingTalkBot.escaped(sign))"
    }

    static func sign(timestamp: Int64, secret: String) -> String {
        HMACText.of("\(timestamp)\n\(secret)", key: secret)
    }

    /// Base64 with `+`, `/` and `=` percent-encoded for a query.
    static func escaped(_ base64: String) -> String {
        base64.replacing("+", with: "%2B").replacing("/", with: "%2F").replacing("=", with: "%3D")
    }

    func style(mentioning mention: ChatMention) -> TextStyle {
        format == .markdown ? .markdown : .chat
    }

    func body(_ post: ChatPost, at now: Instant) -> JSONValue {
        var text = post.text
        var mobiles: [String] = []
        if case .listed(let people) = post.mention {
            mobiles = people
            // DingTalk notifies only people whose number is also in the text.
            text += "\n\n" + people.map { "@\($0)" }.joined(separator: " ")
        }
        let called: JSONValue = .object([
            "atMobiles": .array(mobiles.map(JSONValue.string)), "atUserIds": .array([]),
            "isAtAll": .bool(post.mention == .everybody),
        ])
        guard post.style == .markdown else {
            return .object([
                "msgtype": "text", "text": .object(["content": .string(text)]), "at": called,
            ])
        }
        return .object([
            "msgtype": "markdown",
            "markdown": .object(["title": .string(post.title), "text": .string(text)]),
            "at": called,
        ])
    }

    func takes(_ post: ChatPost, size: Int) -> Bool { size <= DingTalkBot.bodyBytes }

    func meaning(of code: Int, _ words: String) -> ChatRefusal? {
        switch code {
        case -1:
            ChatRefusal(meaning: .busy)
        case 130_101, 410_100:
            ChatRefusal(
                meaning: .tooMuch,
                hint: "something else posts through this bot, too: give laborwatch one of its own")
        case 310_000:
            ChatRefusal(meaning: .never, hint: DingTalkBot.securityHint(words))
        case 300_001, 300_005, 400_101:
            ChatRefusal(
                meaning: .never,
                hint: "the token in the address is unknown: copy the bot's address anew")
        case 400_013, 400_102, 400_106:
            ChatRefusal(
                meaning: .gone, hint: "the bot or its group is no more: make another and reload")
        case 40_035, 43_004, 400_105, 430_101...430_104:
            ChatRefusal(
                meaning: .never, hint: "the service does not take this text: look at the template")
        default: nil
        }
    }

    private static func securityHint(_ words: String) -> String {
        if words.contains("sign") || words.contains("timestamp") {
            return "compare the secret with the bot's 加签 secret, and this machine's clock"
        }
        if words.contains("ip") {
            return "add this machine's address to the bot's IP list"
        }
        return "let one of the bot's keywords be 预警 or alert, or write one into the template"
    }
}
