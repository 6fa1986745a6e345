import Alerting
import Foundation
import Labor
import Store

/// One alert or incident as `show` prints it: its present state, its events with account and time, and
/// the alerts of an incident.
struct AlertTable {
    private let history: AlertHistory
    private let zone: Zone
    private let language: Language

    init(_ history: AlertHistory, zone: Zone, language: Language) {
        self.history = history
        self.zone = zone
        self.language = language
    }

    /// The present state of the alert as a table. Each line is one property of the alert, for
    /// example its tier.
    var head: Listing {
        let episode = history.alert.episode
        var rows: [[JSONValue]] = []
        func add(_ chinese: String, _ english: String, _ value: String?) {
            rows.append([
                .string(language == .chinese ? chinese : english), .string(value ?? "—"),
            ])
        }
        let subject = episode.subject
        let isIncident = episode.isIncident
        add("编号", isIncident ? "incident" : "alert", episode.id.rawValue)
        add("标题", "title", history.alert.titles[language] ?? subject.name)
        if let traits = episode.incident {
            add(
                "类别", "kinds",
                traits.kinds.map { TableWords.shown($0, language) }.joined(
                    separator: language == .chinese ? "、" : ", "))
            add("规则", "rules", traits.rules.map(\.rawValue).joined(separator: ", "))
        } else {
            add("规则", "rule", episode.rule.rawValue)
            add("事件", "incident", episode.incidentID?.rawValue)
        }
        add("等级", "tier", TableWords.shown(episode.tier, language))
        add(
            "状态", "state",
            TableWords.shown(episode.state, language) + (language == .chinese ? "，" : ", ")
                + TableWords.shown(episode.certainty, language))
        if episode.incident?.isRecordOnly == true {
            add(
                "仅作留痕", "on record only",
                language == .chinese ? "待核实，未通知任何人" : "to verify; nobody is told")
        }
        add("对象", "subject", "\(subject.type.rawValue):\(subject.id) \(subject.name)")
        let regions = episode.incident?.regions ?? [subject.regionCode].compactMap(\.self)
        add("地区", "region", regions.isEmpty ? nil : regions.map(\.rawValue).joined(separator: ", "))
        if let traits = episode.incident { add("预警数", "alerts", String(traits.alerts)) }
        add("首次发出", "raised", zone.text(episode.firstRaisedAt))
        add("答复时限", "answer due", due.map(zone.text))
        add("承办", "assignee", history.alert.assignee)
        add("结束", "ended", episode.resolvedAt.map(zone.text))
        return Listing(
            columns: [.init("item", "项目", "item"), .init("value", "情况", "value")], rows: rows)
    }

    /// The time by which a person must acknowledge the alert; nil if it was acknowledged or has no
    /// clock.
    private var due: Instant? {
        guard [.firing, .provisional].contains(history.alert.episode.state) else { return nil }
        return history.alert.episode.nextClockAt ?? history.notices.compactMap(\.dueAt).last
    }

    /// The events in order.
    var events: Listing {
        Listing(
            columns: [
                .init("at", "时间", "at"), .init("as_of", "截至", "as of"),
                .init("what", "事项", "what"), .init("tier", "等级", "tier"),
                .init("state", "状态", "state"), .init("actor", "操作人", "actor"),
                .init("due_at", "答复时限", "due"), .init("persons", "人数", "persons"),
                .init("share", "比例", "share"), .init("title", "标题", "title"),
            ],
            rows: history.notices.map(row))
    }

    private func row(_ notice: AlertNotice) -> [JSONValue] {
        let event = notice.event
        let actor = event.actor.map { Actor($0, onBehalfOf: event.onBehalfOf).description }
        return [
            .string(zone.text(event.at)), .string(zone.day(event.asOf).description),
            .string(event.isOfIncident ? event.what.incidentWord : event.what.rawValue),
            .string(event.toTier.rawValue),
            .string(event.toState.rawValue), .string(actor ?? "laborwatch"),
            notice.dueAt.map { .string(zone.text($0)) } ?? .null,
            event.persons.map { .int(Int64($0)) } ?? .null,
            event.share.map { .string(String(format: "%.1f %%", $0 * 100)) } ?? .null,
            .string(notice.texts[language]?.title ?? ""),
        ]
    }

    /// The alerts of an incident.
    func alerts(_ records: [AlertRecord]) -> Listing {
        Listing(
            columns: [
                .init("alert_id", "编号", "alert"), .init("rule", "规则", "rule"),
                .init("tier", "等级", "tier"), .init("state", "状态", "state"),
                .init("started_period", "始于", "since"), .init("subject", "对象", "subject"),
                .init("title", "标题", "title"),
            ],
            rows: records.map { record in
                let episode = record.episode
                return [
                    .string(episode.id.rawValue), .string(episode.rule.rawValue),
                    .string(episode.tier.rawValue), .string(episode.state.rawValue),
                    .string(episode.startedPeriod.description),
                    .string("\(episode.subject.type.rawValue):\(episode.subject.id)"),
                    .string(record.titles[language] ?? episode.subject.name),
                ]
            })
    }
}
