package import Labor

/// The chat services whose group bots can be posted to.
package enum ChatService: String, CaseIterable, Hashable, Sendable {
    /// 钉钉.
    case dingtalk
    /// 企业微信.
    case wecom
    /// 飞书.
    case feishu
}

/// The settings of a receiver that posts into a chat.
package struct ChatReceiverOptions: Sendable {
    /// How a message looks.
    package enum Format: String, CaseIterable, Hashable, Sendable {
        /// Markdown; for Feishu a card in the tier's colour.
        case markdown
        /// Bare text.
        case text
    }

    /// Who is called by a message of an urgent tier.
    package enum Mention: Hashable, Sendable {
        /// Nobody.
        case nobody
        /// The whole conversation.
        case everybody
        /// Some people: mobile numbers for DingTalk and WeCom, `ou_…` for Feishu.
        case listed([String])
    }

    /// The name in the configuration.
    package var name: String
    /// Which service.
    package var service: ChatService
    /// The bot's address as the service shows it; whoever has it can post.
    package var url: Credential
    /// What posts are signed with; nil where the bot asks for no signature.
    package var secret: Credential?
    /// How a message looks.
    package var format: Format
    /// Who is called.
    package var mention: Mention
    /// At which tiers somebody is called; never at the end of an alert.
    package var mentionTiers: Set<Tier>
    /// Seconds that one request may take, more than 0 and at most 30.
    package var timeoutSeconds: Double
    /// Certificates of authorities in PEM that are trusted beside the system's; nil for none.
    package var authorityFile: String?
    /// The header `user-agent`.
    package var userAgent: String
    /// How messages are worded.
    package var wording: MessageWording

    /// Settings from their parts.
    package init(
        name: String, service: ChatService, url: Credential, secret: Credential? = nil,
        format: Format = .markdown, mention: Mention = .everybody,
        mentionTiers: Set<Tier> = [.red], timeoutSeconds: Double = 20,
        authorityFile: String? = nil, userAgent: String = "laborwatch",
        wording: MessageWording
    ) {
        self.name = name
        self.service = service
        self.url = url
        self.secret = secret
        self.format = format
        self.mention = mention
        self.mentionTiers = mentionTiers
        self.timeoutSeconds = timeoutSeconds
        self.authorityFile = authorityFile
        self.userAgent = userAgent
        self.wording = wording
    }
}

extension ChatReceiverOptions {
    /// The service's particulars with these settings.
    var bot: any ChatBot {
        switch service {
        case .dingtalk: DingTalkBot(secret: secret, format: format)
        case .wecom: WeComBot(format: format)
        case .feishu: FeishuBot(secret: secret, format: format)
        }
    }

    /// What is checked before the first message; no message quotes the address.
    func check() throws(ReceiverError) {
        guard timeoutSeconds > 0, timeoutSeconds <= Limits.timeoutSecondsMax else {
            throw ReceiverError(
                code: "timeout_invalid",
                message: "the receiver \(name) has a timeout of \(timeoutSeconds) s instead of "
                    + "more than 0 and at most 30 s",
                hint: "leave it out for 20 s")
        }
        let text = url.text
        let rest = ["https://", "http://"].first { text.lowercased().hasPrefix($0) }
            .map { text.dropFirst($0.count) }
        guard let rest, let first = rest.first, !"/?#:@".contains(first),
            !text.contains(where: \.isWhitespace)
        else {
            throw ReceiverError(
                code: "url_invalid",
                message: "the file of the address of \(name) holds no single https:// address",
                hint: "put the bot's whole address into it, as the service shows it")
        }
        guard authorityFile == nil || text.lowercased().hasPrefix("https://") else {
            throw ReceiverError(
                code: "authority_unused",
                message: "the receiver \(name) has authorities for an address without TLS",
                hint: "put an https:// address into the file, or leave 'ca_file' out")
        }
        if secret?.isEmpty == true {
            throw ReceiverError(
                code: "secret_invalid", message: "the file of the secret of \(name) is empty",
                hint: "put the bot's signing secret into it, or leave 'secret_file' out")
        }
    }
}
