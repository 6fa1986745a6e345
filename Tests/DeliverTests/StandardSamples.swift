import Alerting
import Deliver
import Foundation
import Labor

/// One event of a story: what it tells, the tier and the state after it.
typealias Turn = (what: AlertWhat, tier: Tier, state: AlertState)

/// The notices of one episode, a minute apart, as the machine would tell them.
func story(
    _ turns: [Turn], episode: String = "8a1f7c52-0b6d-8e3a-9c41-5d2e7f609b18",
    subject: String = "1024", from start: Instant = morning
) -> [AlertNotice] {
    var notices: [AlertNotice] = []
    for (index, turn) in turns.enumerated() {
        let before = notices.last?.event
        let id = AlertID(rawValue: episode)
        let event = AlertEvent(
            id: id.eventID(sequence: index + 1), alertID: id, sequence: index + 1,
            at: start.adding(seconds: Int64(index) * 60), asOf: start, what: turn.what,
            reason: .thresholdCrossed, fromTier: before?.toTier, toTier: turn.tier,
            fromState: before?.toState, toState: turn.state, rule: "layoff.statutory",
            kind: .layoff, certainty: .observed,
            subject: Subject(
                type: .enterprise, id: subject, name: "西藏甲<公司> & \"子\"公司",
                regionCode: RegionCode("540102"), industryCode: IndustryCode("E47")),
            period: Period(year: 2026, month: 10), persons: 126, share: 0.31,
            evidence: Evidence(value: 280, previous: 406))
        notices.append(
            AlertNotice(
                event: event,
                texts: [
                    .chinese: AlertText(
                        title: "甲<公司>裁员 126 人", summary: "减少 126 人 & 占 31%。", region: "城关区",
                        steps: ["两小时内上报", "现场核实"], responsible: "失业保险科"),
                    .english: AlertText(
                        title: "Layoff of 126", summary: "126 fewer & 31 %.", region: "Chengguan",
                        steps: ["Report within two hours", "Look on the spot"],
                        responsible: "Unemployment office"),
                ], dueAt: event.toState.isOpen ? start.adding(seconds: 7_200) : nil))
    }
    return notices
}

/// Raised orange, risen to red, acknowledged, resolved.
let wholeStory = story([
    (.raised, .orange, .firing), (.tierChanged, .red, .firing),
    (.acknowledged, .red, .acknowledged), (.resolved, .red, .resolved),
])

/// What a receiver was told, out of a list.
struct ListedTellings: DeliveryLog {
    var notices: [AlertNotice]

    func told(before places: [AlertID: Int], to receiver: String) -> [AlertID: [ToldEvent]] {
        let told = notices.map(\.event).filter { $0.sequence < places[$0.alertID] ?? 0 }
        return Dictionary(grouping: told, by: \.alertID).mapValues { events in
            events.map { ToldEvent(id: $0.id, sequence: $0.sequence, at: $0.at) }
        }
    }

    func standing(for receiver: String, endedSince: Instant) -> [StandingAlert] {
        Dictionary(grouping: notices, by: \.event.alertID).values.compactMap { notices in
            guard let last = notices.last, let first = notices.first else { return nil }
            guard last.event.toState.isOpen || last.event.at >= endedSince else { return nil }
            return StandingAlert(notice: last, startedAt: first.event.at)
        }
    }
}

/// Runs a body with the way out that receivers share.
func withOutlet(
    names: [String: String] = [:], _ body: (HTTPOutlet) async throws -> Void
) async throws {
    let outlet = HTTPOutlet(names: names)
    do {
        try await body(outlet)
    } catch {
        try await outlet.shutdown()
        throw error
    }
    try await outlet.shutdown()
}

/// A webhook of a format that posts to an address.
func webhook(
    _ url: String, _ format: WebhookFormat, told: [AlertNotice] = [], outlet: HTTPOutlet
) throws -> WebhookReceiver {
    try WebhookReceiver(
        WebhookReceiverOptions(
            name: "bureau", url: url, format: format, secret: try WebhookSecret(secretText),
            language: .chinese, zone: .shanghai, selfLinkBase: "https://watch.example"),
        deliveryLog: ListedTellings(notices: told), outlet: outlet)
}

extension JSONValue {
    /// A member of an object.
    subscript(_ name: String) -> JSONValue? {
        if case .object(let members) = self { members[name] } else { nil }
    }

    var items: [JSONValue] {
        if case .array(let values) = self { values } else { [] }
    }

    var words: String? {
        if case .string(let text) = self { text } else { nil }
    }

    /// The names of an object's members.
    var names: Set<String> {
        if case .object(let members) = self { Set(members.keys) } else { [] }
    }
}

/// Reads JSON with somebody else's reader.
func json(_ bytes: [UInt8]) throws -> JSONValue {
    try JSONDecoder().decode(JSONValue.self, from: Data(bytes))
}

/// Where a program is; nil when it is not installed.
func installed(_ names: String...) -> String? {
    let folders = (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":")
    for name in names {
        for folder in folders {
            let path = "\(folder)/\(name)"
            if FileManager.default.isExecutableFile(atPath: path) { return path }
        }
    }
    return nil
}
