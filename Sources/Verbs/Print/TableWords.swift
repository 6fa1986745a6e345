import Alerting
import Labor
import Store

/// Words for the codes of tables. A Chinese reader sees words; programs and English readers see the
/// codes.
enum TableWords {
    /// A code as a reader of a language sees it.
    static func shown(_ code: some Worded, _ language: Language) -> String {
        language == .chinese ? code.words(in: language) : code.rawValue
    }

    /// The Chinese words for a cell of a column; the cell itself if it contains no code.
    static func chinese(_ column: String, _ cell: String) -> String {
        let word: String? =
            switch column {
            case "tier": words(cell, Tier.self)
            case "state": words(cell, AlertState.self) ?? deliveryStates[cell] ?? others[cell]
            case "what": words(cell, AlertWhat.self) ?? (cell == opened ? "新发事件" : nil)
            case "kind": words(cell, AlertKind.self) ?? noteKinds[cell]
            case "certainty": words(cell, Certainty.self)
            case "verdict": words(cell, Verdict.self)
            case "reason": words(cell, Reason.self) ?? words(cell, DeliveryReason.self)
            case "outcome": outcomes[cell]
            case "level": levels[cell]
            case "tiers": list(cell) { words($0, Tier.self) }
            case "kinds": list(cell) { words($0, AlertKind.self) }
            case "cause": causes[cell]
            default: nil
            }
        return word ?? cell
    }

    /// The first event of an incident.
    private static let opened = AlertWhat.raised.incidentWord

    /// The type of an event as a reader of a language sees it.
    static func shown(_ event: AlertEvent, _ language: Language) -> String {
        shown(event.what, ofIncident: event.isOfIncident, language)
    }

    /// The type of an event of an alert or of an incident.
    static func shown(
        _ what: AlertWhat, ofIncident isOfIncident: Bool, _ language: Language
    ) -> String {
        let code = isOfIncident ? what.incidentWord : what.rawValue
        return language == .chinese ? chinese("what", code) : code
    }

    private static func words<Code: Worded>(_ cell: String, _ code: Code.Type) -> String? {
        Code(rawValue: cell)?.words(in: .chinese)
    }

    private static func list(_ cell: String, _ word: (String) -> String?) -> String? {
        cell.isEmpty
            ? nil
            : cell.split { $0 == "," || $0 == " " }.map(String.init)
                .map { word($0) ?? $0 }.joined(separator: "、")
    }

    private static let deliveryStates = Dictionary(
        uniqueKeysWithValues: DeliveryState.allCases.map { ($0.rawValue, words($0)) })

    private static let causes = Dictionary(
        uniqueKeysWithValues: OverdueAlert.Cause.allCases.map {
            ($0.rawValue, $0.words(.chinese))
        })

    private static let noteKinds = Dictionary(
        uniqueKeysWithValues: AlertNote.Kind.allCases.map { ($0.rawValue, words($0)) })

    /// The words for the state of a delivery.
    static func words(_ state: DeliveryState) -> String {
        switch state {
        case .pending: "待发"
        case .delivered: "已送达"
        case .dead: "已放弃"
        case .suppressed: "不通知"
        case .dropped: "已取消"
        }
    }

    private static func words(_ kind: AlertNote.Kind) -> String {
        switch kind {
        case .note: "记事"
        case .assign: "交办"
        case .verdict: "评判"
        }
    }

    /// The words for the outcome of an attempt.
    static let outcomes = [
        "delivered": "已送达", "retry": "待重试", "snooze": "对方要求稍后", "dead": "已放弃",
    ]

    private static let levels = ["local": "本级", "up_one": "上报一级", "all": "逐级上报"]

    /// The words for states of silences and of ledger cases.
    private static let others = [
        "active": "生效中", "expired": "已到期", "future": "未开始", "open": "未销账", "closed": "已销账",
    ]
}
