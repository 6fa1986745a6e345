package import Labor

/// The chat services with group bots that laborwatch can post to.
package enum ChatService: String, CaseIterable, Hashable, Sendable {
    /// DingTalk (钉钉).
    case dingtalk
    /// WeCom (企业微信).
    case wecom
    /// Feishu (飞书).
    case feishu
}

/// The settings of a receiver that posts to a chat service.
package struct ChatReceiverOptions: Sendable {
    /// The format of a message.
    package enum Format: String, CaseIterable, Hashable, Sendable {
        /// Markdown; for Feishu a card in the tier's colour.
        case markdown
        /// Plain text.
        case text
    }

    /// The people whom a message of a chosen tier mentions.
    package enum Mention: Hashable, Sendable {
        /// Nobody.
        case nobody
        /// All members of the conversation.
        case everybody
        /// Individual people: mobile numbers for DingTalk and WeCom, user IDs `ou_…` for Feishu.
        case listed([String])
    }

    /// The name in the configuration.
    package var name: String
    /// The chat service.
    package var service: ChatService
    /// The bot's URL as the service shows it. Anyone who has the URL can post.
    package var url: Credential
    /// The secret that signs posts; nil when the bot requires no signature.
    package var secret: Credential?
    /// The format of a message.
    package var format: Format
    /// The people whom a message mentions.
    package var mention: Mention
    /// The tiers at which people are mentioned; never at the end of an alert.
    package var mentionTiers: Set<Tier>
    /// The time limit of one request, seconds; more than 0 and at most 30.
    package var timeoutSeconds: Double
    /// A PEM file of certificate authorities that are trusted besides the system's; nil for none.
    package var authorityFile: String?
    /// The header `user-agent`.
    package var userAgent: String
    /// The wording of messages.
    package var wording: MessageWording

    /// Creates settings. Each argument sets the property of the same name.
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
    /// The implementation for the service, with these settings.
    var bot: any ChatBot {
        switch service {
        case .dingtalk: DingTalkBot(secret: secret, format: format)
        case .wecom: WeComBot(format: format)
        case .feishu: FeishuBot(secret: secret, format: format)
        }
    }

    /// Checks the settings before the first message. No error quotes the URL, which contains a
    /// secret.
    func check() throws(ReceiverError) {
        try ReceiverError.checkTimeout(timeoutSeconds, of: name)
        let text = url.text
        if let mistake = HTTPAddress.mistake(in: text) {
            throw ReceiverError(
                code: "url_invalid",
                message: "the file of the address of \(name) holds no single https:// address: "
                    + mistake.message,
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
