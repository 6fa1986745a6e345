import Deliver

/// The keys of a `journald` receiver.
enum JournaldReading: ReceiverReading {
    static let keys =
        [ReceiverKey("socket", JournaldReceiverOptions.standardPath)] + TemplateFiles.keys

    static func read(
        _ item: YAMLNode, _ values: inout YAMLReader, _ places: Places, _ defaults: ReceiverDefaults
    ) -> Configuration.Receiver.Way? {
        let path = item["socket"].flatMap {
            values.line($0, expected: "a socket").map(places.resolve)
        }
        return .journald(
            JournaldSettings(
                path: path ?? JournaldReceiverOptions.standardPath,
                templates: TemplateFiles.read(item, &values, places)))
    }
}
