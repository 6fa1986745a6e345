import Deliver

/// The keys of a `cap` receiver.
enum CAPReading: ReceiverReading {
    static let keys =
        [
            ReceiverKey("sender"), ReceiverKey("status", "actual"),
            ReceiverKey("restriction", "built-in words"), ReceiverKey("directory", "null"),
            ReceiverKey("retention_days", "400"), ReceiverKey("url", "null"),
            ReceiverKey("timeout", "20s"), ReceiverKey("allow_private", "false"),
            AuthoritiesReading.key,
        ] + CredentialsReading.keys

    static func read(
        _ item: YAMLNode, _ values: inout YAMLReader, _ places: Places, _ defaults: ReceiverDefaults
    ) -> Configuration.Receiver.Way? {
        let sender = readSender(item, &values)
        let status = item["status"].flatMap { values.choice($0, of: CAPProfile.Status.self) }
        let restriction = item["restriction"].flatMap { values.line($0, expected: "a text") }
        let directory = item["directory"].flatMap {
            values.line($0, expected: "a directory").map(places.resolve)
        }
        let days = item["retention_days"].flatMap { values.whole($0, in: 1...36_500) }
        let hasURL = item["url"] != nil
        let url =
            hasURL
            ? values.address(item, of: "a CAP receiver", example: "https://hub.example/cap") : nil
        let timeout = values.timeout(item)
        let credentials = CredentialsReading.read(item, &values, places)
        if item["directory"] == nil, !hasURL {
            values.report(
                item, "a CAP receiver needs the key 'directory' or 'url', or both",
                hint: "add 'directory: /var/lib/laborwatch/cap'")
            return nil
        }
        guard let sender, directory != nil || url != nil else { return nil }
        return .cap(
            profile: CAPProfile(
                sender: sender, status: status ?? .actual, restriction: restriction),
            directory: directory, retentionDays: days ?? 400, url: url, timeout: timeout,
            credentials: credentials)
    }

    private static func readSender(_ item: YAMLNode, _ values: inout YAMLReader) -> String? {
        let hint = "add 'sender: laborwatch@bureau.example', the same for ever"
        guard let node = item["sender"] else {
            values.report(item, "a CAP receiver needs the key 'sender'", hint: hint)
            return nil
        }
        guard let text = values.line(node, expected: "a sender") else { return nil }
        guard CAPProfile.isWord(text) else {
            values.report(
                node, "expected a sender without blanks, ',', '<' and '&', found \(node.words)",
                hint: hint)
            return nil
        }
        return text
    }
}
