import Deliver

/// The keys of a `webhook` receiver.
enum WebhookReading: ReceiverReading {
    static let keys = [
        ReceiverKey("url"), ReceiverKey("secret_file"), ReceiverKey("format", "laborwatch"),
        ReceiverKey("timeout", "20s"),
    ]

    static func read(
        _ item: YAMLNode, _ values: inout YAMLReader, _ places: Places, _ defaults: ReceiverDefaults
    ) -> Configuration.Receiver.Way? {
        let url = values.address(item, of: "a webhook", example: "https://bureau.example/hook")
        let secret = readSecret(item, &values, places)
        let format = item["format"].flatMap { values.choice($0, of: WebhookFormat.self) }
        let timeout = values.timeout(item)
        guard let url, let secret else { return nil }
        return .webhook(
            url: url, secretFile: secret, format: format ?? .laborwatch, timeout: timeout)
    }

    private static func readSecret(
        _ item: YAMLNode, _ values: inout YAMLReader, _ places: Places
    ) -> String? {
        let hint =
            "make one: (printf whsec_; head -c 32 /dev/urandom | base64) > FILE; "
            + "chmod 600 FILE; add 'secret_file: FILE'"
        guard let node = item["secret_file"] else {
            values.report(
                item, "a webhook needs the key 'secret_file': deliveries are signed", hint: hint)
            return nil
        }
        guard let text = values.line(node, expected: "a file") else { return nil }
        if text.hasPrefix("whsec_") {
            values.report(
                node, "this is a secret itself, not the file that holds it",
                hint: "a secret is never in this file: \(hint)")
            return nil
        }
        let path = places.secret(text)
        guard places.checking, let obstacle = TextFile.obstacle(path) else { return path }
        values.report(node, obstacle, hint: "deliveries are signed with it; \(hint)")
        return nil
    }
}
