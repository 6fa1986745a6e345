extension Configuration {
    /// The types of receivers. Each type has its own file that reads its keys.
    package enum ReceiverType: String, CaseIterable {
        /// The values of the key `type` for programs.
        case file, webhook, alertmanager, cap
        /// The values of the key `type` for chats, mail and logs.
        case dingtalk, wecom, feishu, mail, syslog, journald

        /// The reader of the type's own keys.
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

/// A key of one receiver type.
struct ReceiverKey {
    let name: String
    /// The default as the documentation shows it.
    let fallback: String

    init(_ name: String, _ fallback: String = "required") {
        self.name = name
        self.fallback = fallback
    }
}

/// Reads the keys that belong to one receiver type only.
protocol ReceiverReading {
    /// The keys besides those that every receiver has.
    static var keys: [ReceiverKey] { get }

    /// The receiver's type with its settings; nil, with a problem reported, when a required value
    /// is missing or wrong.
    static func read(
        _ item: YAMLNode, _ values: inout YAMLReader, _ places: Places, _ defaults: ReceiverDefaults
    ) -> Configuration.Receiver.Way?
}
