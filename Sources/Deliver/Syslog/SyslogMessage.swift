import Alerting
import Labor

/// One syslog message in the format of RFC 5424.
struct SyslogMessage {
    /// The allowed facilities, with their numbers.
    static let facilities = [
        "user": 1, "daemon": 3, "local0": 16, "local1": 17, "local2": 18, "local3": 19,
        "local4": 20, "local5": 21, "local6": 22, "local7": 23,
    ]
    /// The ID of the structured data. RFC 5424 reserves the enterprise number 32473 for examples;
    /// laborwatch has no registered number.
    static let dataID = "laborwatch@32473"

    let event: AlertEvent
    let text: String
    let hostname: String
    let facility: Int
    let isTest: Bool

    /// The message in at most `limit` bytes; the text is cut between two characters.
    func bytes(limit: Int) -> [UInt8] {
        let priority = facility * 8 + SyslogMessage.severity(event)
        let time = event.at.rfc3339(offsetSeconds: 0).replacing("+00:00", with: "Z")
        let name = SyslogMessage.name(hostname, limit: 255)
        let head = "<\(priority)>1 \(time) \(name) laborwatch - \(event.what.rawValue) \(data) "
        // The byte order mark marks the text as UTF-8.
        let mark: [UInt8] = [0xEF, 0xBB, 0xBF]
        let room = max(0, limit - head.utf8.count - mark.count)
        let body = MessageComposer.shortened(text, bytes: room)
        return Array(head.utf8) + mark + Array(body.utf8)
    }

    /// The syslog severity: 2 (critical) for red to 5 (notice) for blue; 5 for an alert that has
    /// ended.
    static func severity(_ event: AlertEvent) -> Int {
        guard event.toState.isOpen else { return 5 }
        return switch event.toTier {
        case .red: 2
        case .orange: 3
        case .yellow: 4
        case .blue: 5
        }
    }

    private var data: String {
        var pairs = [
            ("alert_id", event.alertID.rawValue), ("event_id", event.id),
            ("tier", event.toTier.rawValue), ("rule", event.rule.rawValue),
            ("kind", event.kind.rawValue), ("state", event.toState.rawValue),
            ("what", event.what.rawValue), ("subject", event.subject.id),
            ("period", event.period.description), ("reason", event.reason.rawValue),
            ("level", "\(event.level)"),
        ]
        if let actor = event.actor { pairs.append(("actor", actor)) }
        if let name = event.onBehalfOf { pairs.append(("on_behalf_of", name)) }
        if let region = event.subject.regionCode { pairs.append(("region", region.rawValue)) }
        if let persons = event.persons { pairs.append(("persons", "\(persons)")) }
        if isTest { pairs.append(("test", "true")) }
        let words = pairs.map { " \($0.0)=\"\(SyslogMessage.escaped($0.1))\"" }
        return "[\(SyslogMessage.dataID)\(words.joined())]"
    }

    private static func escaped(_ value: String) -> String {
        let short = MessageComposer.shortened(value.onOneLine, bytes: 128)
        return short.replacingScalars(["\"": "\\\"", "\\": "\\\\", "]": "\\]"])
    }

    /// The visible ASCII characters of a text; `-` when there are none.
    private static func name(_ text: String, limit: Int) -> String {
        let plain = text.unicodeScalars.filter { $0.value > 0x20 && $0.value < 0x7F }
        return plain.isEmpty ? "-" : String(String.UnicodeScalarView(plain.prefix(limit)))
    }
}
