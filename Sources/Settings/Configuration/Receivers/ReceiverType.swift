extension Configuration {
    /// The types of receivers; the keys of each, and how they are read, are in a file of its own.
    package enum ReceiverType: String, CaseIterable {
        /// One case a value of the key `type`.
        case file, webhook, alertmanager, cap
        /// Chats, mail and logs.
        case dingtalk, wecom, feishu, mail, syslog, journald

        /// What reads the type's own keys.
        var reading: any ReceiverReading.Type {
            switch self {
            case .file: FileReading.self
            case .webhook: WebhookReading.self
            case .alertmanager: AlertmanagerReading.self
            case .cap: CAPReading.self
            case .dingtalk: DingTalkReading.self
            case .wecom: WeComReading.self
            case .feishu: FeishuReading.self
            case .mail: MailReading.self
            case .syslog: SyslogReading.self
            case .journald: JournaldReading.self
            }
        }

        /// The type's own keys.
        var keys: [String] { reading.keys.map { $0.name } }
    }
}

/// A key of one type of receiver.
struct ReceiverKey {
    let name: String
    /// The default as the documentation has it.
    let fallback: String

    init(_ name: String, _ fallback: String = "required") {
        self.name = name
        self.fallback = fallback
    }
}

/// Reads what is special to one type of receiver.
protocol ReceiverReading {
    /// The keys beside those that every receiver has.
    static var keys: [ReceiverKey] { get }

    /// How the receiver is reached; nil, with a problem, where that cannot be said.
    static func read(
        _ item: YAMLNode, _ values: inout YAMLReader, _ places: Places, _ defaults: ReceiverDefaults
    ) -> Configuration.Receiver.Way?
}
