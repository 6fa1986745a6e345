import Deliver

/// The keys of a `syslog` receiver.
enum SyslogReading: ReceiverReading {
    /// The values of the key `transport`.
    private enum Transport: String, CaseIterable { case local, udp, tcp }

    static let keys =
        [
            ReceiverKey("transport", "local"), ReceiverKey("socket", "/dev/log"),
            ReceiverKey("host", "null"), ReceiverKey("port", "514"),
            ReceiverKey("facility", "local0"),
        ] + TemplateFiles.keys

    static func read(
        _ item: YAMLNode, _ values: inout YAMLReader, _ places: Places, _ defaults: ReceiverDefaults
    ) -> Configuration.Receiver.Way? {
        let transport =
            item["transport"].flatMap { values.choice($0, of: Transport.self) } ?? .local
        let path = item["socket"].flatMap { values.line($0, expected: "a socket") }
        let host = values.host(item["host"])
        let port = item["port"].flatMap { values.whole($0, in: 1...65_535) } ?? 514
        var facility = "local0"
        if let node = item["facility"], let text = values.line(node, expected: "a facility") {
            let names = SyslogReceiverOptions.facilities
            if names.contains(text) {
                facility = text
            } else {
                values.report(
                    node, "expected one of \(names.joined(separator: ", ")), found \(node.words)")
            }
        }
        let templates = TemplateFiles.read(item, &values, places)
        let way: SyslogReceiverOptions.Way
        switch (transport, host) {
        case (.local, _): way = .local(path: path.map(places.resolve) ?? "/dev/log")
        case (.udp, let host?): way = .udp(host: host, port: port)
        case (.tcp, let host?): way = .tcp(host: host, port: port)
        case (_, nil):
            values.report(
                item, "a syslog receiver over \(transport.rawValue) needs the key 'host'",
                hint: "add 'host: logs.bureau.example'")
            return nil
        }
        return .syslog(SyslogSettings(way: way, facility: facility, templates: templates))
    }
}
