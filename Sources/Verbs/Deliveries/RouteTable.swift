import Alerting
import Labor
import Settings
import Store

/// Who is notified of an alert, by which route, and why not. `routes test` shows the table for a
/// hypothetical alert, `alerts explain` and `alerts show` for a recorded event.
struct RouteTable {
    let zone: Zone
    let language: Language

    /// One receiver.
    struct Row {
        var decision: Decision
        var isTold: Bool
        var reason: DeliveryReason?
        /// Whether the suppression is temporary, that is, caused by a silence or an inhibition.
        var isHeld: Bool
        /// The state of the delivery; nil for an invented alert.
        var state: DeliveryState?

        /// A row with the decision of the routing.
        init(_ decision: Decision) {
            self.decision = decision
            isTold = decision.refusal == nil
            reason = decision.refusal
            isHeld = decision.isHeld
        }

        /// A row with the stored delivery of an event, and with the way by the present routing; nil
        /// if that way is not known.
        init(_ delivery: DeliveryRecord, way: Decision?) {
            decision = Decision(receiver: delivery.receiver)
            isTold = delivery.state == .delivered
            state = delivery.state
            reason = delivery.reason
            isHeld = delivery.isHeld
            decision.group = delivery.group
            if delivery.state == .pending, delivery.nextAttemptAt > delivery.createdAt {
                decision.notBefore = delivery.nextAttemptAt
            }
            guard let way, reason != .notRouted else { return }
            decision.path = way.path
            decision.units = way.units
            decision.level = way.level
            decision.quiet = way.quiet
            decision.repeatInterval = way.repeatInterval
        }
    }

    /// All columns for a program; for a reader, only columns that are not empty.
    func listing(_ rows: [Row], _ format: Listing.Format) -> Listing {
        let listing = Listing(
            columns: [
                .init("receiver", "接收方", "receiver"), .init("told", "告知", "told"),
                .init("reason", "原因", "why"), .init("meaning", "含义", "meaning"),
                .init("route", "路由", "route"), .init("level", "层级", "level"),
                .init("units", "单位", "units"), .init("officers", "联络员", "officers"),
                .init("group", "分组", "group"), .init("held", "暂缓", "held"),
                .init("not_before", "不早于", "not before"), .init("quiet", "静默时段", "quiet"),
                .init("repeat", "重复", "again after"),
            ], rows: rows.map { values($0, isText: format == .text) })
        return format == .text ? listing.withoutEmptyColumns : listing
    }

    private func values(_ row: Row, isText: Bool) -> [JSONValue] {
        let decision = row.decision
        let officers = decision.units.flatMap(\.officers).map { officer in
            officer.dutyPhone.map { "\(officer.name) \($0)" } ?? officer.name
        }
        return [
            .string(decision.receiver), isText ? .string(told(row)) : .bool(row.isTold),
            optional(row.reason?.rawValue),
            isText && language == .chinese ? .null : optional(meaning(row)),
            .string(decision.path.joined(separator: " > ")), optional(decision.level?.rawValue),
            .string(decision.units.map { $0.name(in: language) }.joined(separator: "; ")),
            .string(officers.joined(separator: "; ")), optional(decision.group),
            .bool(row.isHeld), optional(decision.notBefore.map { zone.text($0) }),
            optional(decision.quiet),
            optional(decision.repeatInterval.map { Duration.seconds($0).shortText }),
        ]
    }

    /// The meaning of the reason in words; nil without a reason. A Chinese table has these words
    /// instead of the reason's code.
    private func meaning(_ row: Row) -> String? {
        row.reason?.words(in: language)
    }

    private func told(_ row: Row) -> String {
        let words =
            switch row.state {
            case nil: row.isTold ? ("通知", "told") : ("不通知", "not told")
            case .delivered: ("已通知", "told")
            case .pending: ("待通知", "to be told")
            case .dead: ("未送达，已放弃", "not told, given up")
            case .suppressed, .dropped: ("不通知", "not told")
            }
        return language == .chinese ? words.0 : words.1
    }

    private func optional(_ text: String?) -> JSONValue { text.map { .string($0) } ?? .null }
}
