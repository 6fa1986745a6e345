import Alerting
import Foundation
import Labor
import Store

/// The chain behind an alert as text: value, expected, threshold with its source, states,
/// deliveries, the rows used and a chart of them.
struct Explanation {
    private let history: AlertHistory
    private let language: Language
    private let zone: Zone
    private let isColoured: Bool

    init(_ history: AlertHistory, language: Language, zone: Zone, isColoured: Bool) {
        self.history = history
        self.language = language
        self.zone = zone
        self.isColoured = isColoured
    }

    var text: String {
        let episode = history.alert.episode
        var lines: [String] = []
        let tier = isColoured ? TextTable.coloured(episode.tier.rawValue) : episode.tier.rawValue
        lines.append("\(history.alert.titles[language] ?? episode.subject.name)")
        lines.append("")
        lines.append("\(say("编号", "alert"))  \(episode.id)")
        lines.append("\(say("规则", "rule"))  \(episode.rule)")
        lines.append(
            "\(say("状态", "state"))  \(tier), \(episode.state.rawValue), "
                + "\(episode.certainty.rawValue)")
        // What raised the peak tier is what a reader asks about, not the figures of the end.
        let decisive = history.notices.filter { $0.event.toTier == episode.peakTier }.first
        if let notice = decisive ?? history.notices.first {
            lines.append("")
            lines.append(say("依据", "why") + "  (\(notice.event.period))")
            lines += why(notice)
            if let summary = notice.texts[language]?.summary { lines.append("  \(summary)") }
            lines += chart(notice.event.evidence)
            lines += rows(notice.event.evidence)
            if let text = notice.texts[language], !text.steps.isEmpty {
                lines.append("")
                lines.append(say("处置步骤", "playbook") + (text.responsible.map { "  \($0)" } ?? ""))
                lines += text.steps.enumerated().map { "  \($0 + 1). \($1)" }
            }
        }
        lines.append("")
        lines.append(say("经过", "what happened"))
        lines += history.notices.map(happened)
        lines.append("")
        lines.append(say("通知", "deliveries"))
        lines += history.deliveries.map(delivered)
        return lines.joined(separator: "\n") + "\n"
    }

    private func say(_ chinese: String, _ english: String) -> String {
        language == .chinese ? chinese : english
    }

    private func why(_ notice: AlertNotice) -> [String] {
        let evidence = notice.event.evidence
        var lines: [String] = []
        func add(_ label: String, _ value: Double?) {
            if let value { lines.append("  \(label)  \(Explanation.number(value))") }
        }
        add(say("数值", "value"), evidence.value)
        add(say("此前", "previous"), evidence.previous)
        add(say("预期", "expected"), evidence.expected)
        add(say("离散", "scale"), evidence.scale)
        add("p", evidence.p)
        for (name, value) in evidence.measures.sorted(by: { $0.key < $1.key }) { add(name, value) }
        for (name, value) in evidence.marks.sorted(by: { $0.key < $1.key }) {
            lines.append("  \(name)  \(value)")
        }
        if let threshold = evidence.threshold {
            let limits = threshold.limits.sorted { $0.key < $1.key }
                .map { "\($0.key) ≥ \(Explanation.number($0.value))" }.joined(separator: ", ")
            lines.append("  \(say("阈值", "threshold"))  \(threshold.tier.rawValue): \(limits)")
            lines.append("  \(say("来源", "source"))  \(threshold.source)")
        }
        return lines
    }

    /// Bars of the first number that all rows share: headcount where there is one.
    private func chart(_ evidence: Evidence) -> [String] {
        let key = ["headcount", "wages_paid", "value", "persons"].first { key in
            evidence.rows.count > 1 && evidence.rows.allSatisfy { $0.values[key]?.number != nil }
        }
        guard let key else { return [] }
        let values = evidence.rows.compactMap { $0.values[key]?.number }
        guard let high = values.max(), high > 0 else { return [] }
        var lines = ["", "  \(key)"]
        for (row, value) in zip(evidence.rows, values) {
            let bar = String(repeating: "█", count: max(0, Int((value / high * 40).rounded())))
            lines.append("  \(row.period?.description ?? "") \(bar) \(Explanation.number(value))")
        }
        return lines
    }

    private func rows(_ evidence: Evidence) -> [String] {
        guard !evidence.rows.isEmpty else { return [] }
        var lines = ["", say("所用数据", "rows used")]
        for row in evidence.rows {
            let values = row.values.sorted { $0.key < $1.key }
                .map { "\($0.key)=\(Listing.plain($0.value))" }.joined(separator: " ")
            let known = row.reportedAt.map { "  (\(say("获知于", "known")) \(zone.text($0)))" } ?? ""
            lines.append("  \(row.table) \(row.period?.description ?? "") \(values)\(known)")
        }
        return lines
    }

    private func happened(_ notice: AlertNotice) -> String {
        let event = notice.event
        let from = event.fromTier.map { $0 == event.toTier ? "" : "\($0.rawValue) → " } ?? ""
        let actor = event.actor.map { "  \($0)" } ?? ""
        return "  \(zone.day(event.asOf))  \(event.what.rawValue)  \(from)\(event.toTier.rawValue)"
            + "  \(event.toState.rawValue)  (\(event.reason.rawValue))\(actor)"
    }

    private func delivered(_ delivery: DeliveryRecord) -> String {
        var line = "  \(delivery.what.rawValue) → \(delivery.receiver): \(delivery.state.rawValue)"
        if let reason = delivery.reason { line += " (\(reason))" }
        if delivery.attempts > 1 { line += ", \(delivery.attempts) \(say("次", "tries"))" }
        if let at = delivery.finishedAt { line += "  \(zone.text(at))" }
        if let error = delivery.lastError { line += "  \(error)" }
        return line
    }

    private static func number(_ value: Double) -> String {
        value == value.rounded() && abs(value) < 1e15
            ? String(Int64(value)) : String(format: "%.4g", value)
    }
}

extension JSONValue {
    /// The value as a number; nil when it is none.
    fileprivate var number: Double? {
        switch self {
        case .int(let value): Double(value)
        case .double(let value): value
        default: nil
        }
    }
}
