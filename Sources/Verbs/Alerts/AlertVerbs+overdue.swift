import Alerting
import Daemon
package import Labor
import Store

extension AlertVerbs {
    /// Open alerts, or open incidents, that were not acknowledged in time, or that should have ended
    /// by now.
    package func overdue(
        at: Instant, incidents: Bool = false, language: Language
    ) async throws -> Listing {
        let alerts = try await components.withStore {
            try await $0.overdue(at: at, incidents: incidents)
        }
        let zone = components.zone
        return Listing(
            columns: [
                incidents
                    ? .init("incident_id", "编号", "incident") : .init("alert_id", "编号", "alert"),
                .init("tier", "等级", "tier"),
                .init("state", "状态", "state"), .init("cause", "原因", "cause"),
                .init("since", "自", "since"), .init("days", "天数", "days"),
                .init("level", "层级", "level"), .init("assignee", "承办", "assignee"),
                .init("title", "标题", "title"), .init("what", "说明", "what it means"),
            ],
            rows: alerts.map { overdue in
                let episode = overdue.alert.episode
                return [
                    .string(episode.id.rawValue), .string(episode.tier.rawValue),
                    .string(episode.state.rawValue), .string(overdue.cause.rawValue),
                    .string(zone.text(overdue.since)),
                    .int(Int64(at.seconds(since: overdue.since) / 86_400)),
                    .int(Int64(episode.level)),
                    overdue.alert.assignee.map { .string($0) } ?? .null,
                    .string(overdue.alert.titles[language] ?? episode.subject.name),
                    .string(overdue.cause.words(language)),
                ]
            })
    }
}

extension OverdueAlert.Cause {
    /// The meaning of the cause in a few words.
    func words(_ language: Language) -> String {
        let words =
            switch self {
            case .unanswered: ("时限内无人签收", "nobody took it on in time")
            case .quiet: ("风险已消失仍未解除", "quiet for long, not lifted")
            case .takenOnQuiet: ("已签收且风险已消失，未解除", "taken on and quiet, not lifted")
            case .provisional: ("久未核实", "provisional for long")
            case .silent: ("对象长期无报表，无从判断", "no figures for or against it")
            }
        return language == .chinese ? words.0 : words.1
    }
}
