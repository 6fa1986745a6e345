/// The keys of an `alertmanager` receiver.
enum AlertmanagerReading: ReceiverReading {
    static let keys =
        [
            ReceiverKey("url"), ReceiverKey("resend", "1m"), ReceiverKey("timeout", "20s"),
            ReceiverKey("allow_private", "false"), AuthoritiesReading.key,
        ]
        + CredentialsReading.keys

    static func read(
        _ item: YAMLNode, _ values: inout YAMLReader, _ places: Places, _ defaults: ReceiverDefaults
    ) -> Configuration.Receiver.Way? {
        let url = values.address(
            item, of: "an Alertmanager receiver", example: "http://127.0.0.1:9093")
        let resend = item["resend"].flatMap {
            values.duration($0, in: .seconds(10) ... .seconds(3_600))
        }
        let timeout = values.timeout(item)
        let credentials = CredentialsReading.read(item, &values, places)
        guard let url else { return nil }
        return .alertmanager(
            url: url, resend: resend ?? .seconds(60), timeout: timeout, credentials: credentials)
    }
}
