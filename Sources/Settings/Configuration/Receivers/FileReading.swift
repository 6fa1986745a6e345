/// The keys of a `file` receiver.
enum FileReading: ReceiverReading {
    static let keys = [
        ReceiverKey("directory", "state_directory/alerts"), ReceiverKey("retention_days", "400"),
        ReceiverKey("per_tier", "false"),
    ]

    static func read(
        _ item: YAMLNode, _ values: inout YAMLReader, _ places: Places, _ defaults: ReceiverDefaults
    ) -> Configuration.Receiver.Way? {
        let directory = item["directory"].flatMap {
            values.line($0, expected: "a directory").map(places.resolve)
        }
        let days = item["retention_days"].flatMap { values.whole($0, in: 1...36_500) }
        let perTier = item["per_tier"].flatMap { values.flag($0) }
        return .file(
            directory: directory ?? defaults.directory, retentionDays: days ?? 400,
            perTier: perTier ?? false)
    }
}
