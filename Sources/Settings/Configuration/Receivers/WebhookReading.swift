import Deliver

/// The keys of a `webhook` receiver.
enum WebhookReading: ReceiverReading {
    static let keys = [
        ReceiverKey("url"), ReceiverKey("secret_file"), ReceiverKey("format", "laborwatch"),
        ReceiverKey("timeout", "20s"), ReceiverKey("allow_private", "false"),
        AuthoritiesReading.key,
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
        if item["secret_file"] == nil {
            values.report(
                item, "a webhook needs the key 'secret_file': deliveries are signed", hint: hint)
        }
        return values.file(item["secret_file"], places, hint: hint)
    }
}
