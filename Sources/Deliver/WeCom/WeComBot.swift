import Labor

/// WeCom (企业微信): https://developer.work.weixin.qq.com/document/path/91770
struct WeComBot: ChatBot {
    /// The maximum size of a plain text, bytes.
    static let textBytes = 2_048
    /// The maximum size of a Markdown text, bytes.
    static let markdownBytes = 4_096

    let format: ChatReceiverOptions.Format

    var service: String { "WeCom" }
    /// Twenty messages per minute and bot. One second is added for network delay.
    var rates: [SendRate] { [SendRate(count: 20, seconds: 61)] }
    var pauseSeconds: Int64 { 60 }

    /// The URL contains the key; posts are not signed.
    func url(_ address: String, at now: Instant) -> String { address }

    /// The text style. WeCom's Markdown cannot mention everybody or a mobile number, so such
    /// messages are plain text.
    func style(mentioning mention: ChatMention) -> TextStyle {
        format == .markdown && mention == .nobody ? .markdown : .chat
    }

    func body(_ post: ChatPost, at now: Instant) -> JSONValue {
        guard post.style == .chat else {
            return .object([
                "msgtype": "markdown", "markdown": .object(["content": .string(post.text)]),
            ])
        }
        var text: [String: JSONValue] = [
            "content": .string(post.text), "mentioned_list": .array([]),
            "mentioned_mobile_list": .array([]),
        ]
        switch post.mention {
        case .nobody: break
        case .everybody: text["mentioned_list"] = .array(["@all"])
        case .listed(let people):
            text["mentioned_mobile_list"] = .array(people.map(JSONValue.string))
        }
        return .object(["msgtype": "text", "text": .object(text)])
    }

    func takes(_ post: ChatPost, size: Int) -> Bool {
        let limit = post.style == .chat ? WeComBot.textBytes : WeComBot.markdownBytes
        return post.text.utf8.count <= limit
    }

    func meaning(of code: Int, _ words: String) -> ChatRefusal? {
        switch code {
        case -1:
            ChatRefusal(meaning: .busy)
        case 45_009, 45_033:
            ChatRefusal(
                meaning: .tooMuch,
                hint: "something else posts through this bot, too: give laborwatch one of its own")
        case 93_000, 93_004, 93_008:
            ChatRefusal(
                meaning: .gone,
                hint: "the key is unknown or the bot was removed: make another and reload")
        case 40_001, 40_014, 41_001, 42_001, 60_020:
            ChatRefusal(meaning: .never, hint: "copy the bot's address anew into the file")
        case 40_008, 40_035, 40_058, 44_004, 45_002:
            ChatRefusal(
                meaning: .never, hint: "the service does not take this text: look at the template")
        default: nil
        }
    }
}
