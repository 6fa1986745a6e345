import Alerting
import Labor

/// One entry of systemd's native journal protocol. A field whose text has several lines is sent
/// with a length prefix.
struct JournalEntry {
    /// The `MESSAGE_ID` of each kind of event; the journal catalogue explains them.
    static func messageID(_ what: AlertWhat) -> String {
        switch what {
        case .raised: "b3d1c5a0f4e14e0f9a3b6c1d0a9e5f01"
        case .tierChanged: "b3d1c5a0f4e14e0f9a3b6c1d0a9e5f02"
        case .confirmed: "b3d1c5a0f4e14e0f9a3b6c1d0a9e5f03"
        case .withdrawn: "b3d1c5a0f4e14e0f9a3b6c1d0a9e5f04"
        case .acknowledged: "b3d1c5a0f4e14e0f9a3b6c1d0a9e5f05"
        case .escalated: "b3d1c5a0f4e14e0f9a3b6c1d0a9e5f06"
        case .reminder: "b3d1c5a0f4e14e0f9a3b6c1d0a9e5f07"
        case .resolved: "b3d1c5a0f4e14e0f9a3b6c1d0a9e5f08"
        case .joined: "b3d1c5a0f4e14e0f9a3b6c1d0a9e5f09"
        case .merged: "b3d1c5a0f4e14e0f9a3b6c1d0a9e5f0a"
        }
    }

    let event: AlertEvent
    let text: String
    let isTest: Bool

    /// The entry's fields, in order.
    var fields: [(String, String)] {
        var fields = [
            ("MESSAGE", text), ("MESSAGE_ID", JournalEntry.messageID(event.what)),
            ("PRIORITY", "\(SyslogMessage.severity(event))"),
            ("SYSLOG_IDENTIFIER", "laborwatch"),
            ("LABORWATCH_ALERT_ID", event.alertID.rawValue), ("LABORWATCH_EVENT_ID", event.id),
            ("LABORWATCH_WHAT", event.what.rawValue), ("LABORWATCH_TIER", event.toTier.rawValue),
            ("LABORWATCH_STATE", event.toState.rawValue),
            ("LABORWATCH_RULE", event.rule.rawValue), ("LABORWATCH_KIND", event.kind.rawValue),
            ("LABORWATCH_SUBJECT_TYPE", event.subject.type.rawValue),
            ("LABORWATCH_SUBJECT_ID", event.subject.id),
            ("LABORWATCH_SUBJECT_NAME", event.subject.name.onOneLine),
            ("LABORWATCH_PERIOD", event.period.description),
            ("LABORWATCH_REASON", event.reason.rawValue), ("LABORWATCH_LEVEL", "\(event.level)"),
        ]
        if let actor = event.actor { fields.append(("LABORWATCH_ACTOR", actor.onOneLine)) }
        if let name = event.onBehalfOf {
            fields.append(("LABORWATCH_ON_BEHALF_OF", name.onOneLine))
        }
        if let region = event.subject.regionCode {
            fields.append(("LABORWATCH_REGION", region.rawValue))
        }
        if let persons = event.persons { fields.append(("LABORWATCH_PERSONS", "\(persons)")) }
        if isTest { fields.append(("LABORWATCH_TEST", "1")) }
        return fields
    }

    /// The entry as one datagram.
    var bytes: [UInt8] {
        fields.flatMap { name, value in
            let short = MessageComposer.shortened(value, bytes: Limits.journalFieldBytes)
            let text = Array(short.utf8)
            guard text.contains(UInt8(ascii: "\n")) else {
                return Array("\(name)=".utf8) + text + [UInt8(ascii: "\n")]
            }
            let count = UInt64(text.count)
            let length = (0..<8).map { UInt8(truncatingIfNeeded: count >> ($0 * 8)) }
            return Array("\(name)\n".utf8) + length + text + [UInt8(ascii: "\n")]
        }
    }
}
