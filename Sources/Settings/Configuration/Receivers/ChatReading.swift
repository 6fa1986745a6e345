import Deliver
import Labor

/// The keys of a `dingtalk` receiver.
enum DingTalkReading: ReceiverReading {
    static let keys = ChatReading.keys

    static func read(
        _ item: YAMLNode, _ values: inout YAMLReader, _ places: Places, _ defaults: ReceiverDefaults
    ) -> Configuration.Receiver.Way? {
        ChatReading.read(.dingtalk, item, &values, places)
    }
}

/// The keys of a `wecom` receiver.
enum WeComReading: ReceiverReading {
    static let keys = ChatReading.keys

    static func read(
        _ item: YAMLNode, _ values: inout YAMLReader, _ places: Places, _ defaults: ReceiverDefaults
    ) -> Configuration.Receiver.Way? {
        if let node = item["secret_file"] {
            values.report(
                node, "WeCom signs nothing: its bots have no secret", hint: "leave it out")
        }
        return ChatReading.read(.wecom, item, &values, places)
    }
}

/// The keys of a `feishu` receiver.
enum FeishuReading: ReceiverReading {
    static let keys = ChatReading.keys

    static func read(
        _ item: YAMLNode, _ values: inout YAMLReader, _ places: Places, _ defaults: ReceiverDefaults
    ) -> Configuration.Receiver.Way? {
        ChatReading.read(.feishu, item, &values, places)
    }
}

/// The keys that the chat services share.
enum ChatReading {
    static let keys =
        [
            ReceiverKey("url_file"), ReceiverKey("secret_file", "null"),
            ReceiverKey("format", "markdown"), ReceiverKey("mention", "all"),
            ReceiverKey("mention_file", "null"), ReceiverKey("mention_tiers", "[red]"),
            ReceiverKey("timeout", "20s"), AuthoritiesReading.key,
        ] + TemplateFiles.keys

    static func read(
        _ service: ChatService, _ item: YAMLNode, _ values: inout YAMLReader, _ places: Places
    ) -> Configuration.Receiver.Way? {
        let hint = "put the bot's address into a file of mode 0600 and add 'url_file: FILE'"
        if item["url_file"] == nil {
            values.report(
                item, "a \(service.rawValue) receiver needs the key 'url_file'", hint: hint)
        }
        let url = values.file(item["url_file"], places, hint: hint)
        let secret = values.file(
            item["secret_file"], places, hint: "put the bot's signing secret into it")
        let format = item["format"].flatMap {
            values.choice($0, of: ChatReceiverOptions.Format.self)
        }
        let mention = item["mention"].flatMap { values.choice($0, of: ChatSettings.Mention.self) }
        let people = values.file(
            item["mention_file"], places, hint: "put one mobile number a line into it")
        let tiers = item["mention_tiers"].flatMap { values.list($0, of: "tiers") }
        let chosen = tiers?.compactMap { values.choice($0, of: Tier.self) }
        let timeout = values.timeout(item)
        let templates = TemplateFiles.read(item, &values, places)
        guard let url else { return nil }
        return .chat(
            ChatSettings(
                service: service, urlFile: url, secretFile: secret, format: format ?? .markdown,
                mention: mention ?? .all, mentionFile: people,
                mentionTiers: chosen.map { Set($0) } ?? [.red], timeout: timeout,
                templates: templates))
    }
}
