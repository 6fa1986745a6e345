import Alerting
package import Daemon
package import Labor
import Settings
import Store

/// `laborwatch incidents list|show|explain|ack|resolve|overdue`: the verbs of alerts, about incidents.
package struct IncidentVerbs: Sendable {
    let components: Components
    /// The verbs of alerts, which read filters and print.
    let alerts: AlertVerbs

    /// The verbs for a configuration.
    package init(_ components: Components) {
        self.components = components
        alerts = AlertVerbs(components)
    }

    /// Incidents, highest tier first and, within a tier, latest first. If the limit leaves some out,
    /// the listing contains the total number.
    /// - Parameter isRecordOnly: whether to list the incidents that are on record only, or the
    ///   others.
    package func list(
        _ selection: AlertVerbs.Selection, isRecordOnly: Bool, language: Language
    ) async throws -> Listing {
        let (records, count) = try await find(selection, isRecordOnly: isRecordOnly)
        return listing(records, language).shown(of: count, more: Listing.moreByLimit)
    }

    /// One incident with its events, its alerts and the notes.
    /// - Parameter id: the ID of the incident or of one of its alerts, or the beginning of the ID.
    package func show(_ id: String, format: Listing.Format, language: Language) async throws
        -> String
    {
        let found = try await components.withStore { try await $0.incident(id) }
        return try await alerts.show(found.history, alerts: found.alerts, format, language)
    }

    /// The ID of an incident.
    /// - Parameter id: the ID of the incident or of one of its alerts, or the beginning of the ID.
    package func incident(of id: String) async throws -> String {
        try await components.withStore { try await $0.incident(id) }
            .history.alert.episode.id.rawValue
    }

    /// Open incidents that were not acknowledged in time, or that should have ended by now.
    package func overdue(at: Instant, language: Language) async throws -> Listing {
        try await alerts.overdue(at: at, incidents: true, language: language)
    }

    /// The incidents that a step of a person is about, and a table of them.
    package struct Choice: Sendable {
        /// The IDs of the incidents, highest tier first.
        package var ids: [String]
        /// The incidents as a table.
        package var preview: Listing
    }

    /// A step about several incidents.
    package enum Step: Sendable {
        /// Acknowledging them at their present tier.
        case acknowledge
        /// Ending them with their alerts.
        case resolve

        /// The states in which the step is possible.
        var states: [AlertState] {
            AlertState.allCases.filter { state in
                state.isOpen && (self == .resolve || state != .acknowledged)
            }
        }
    }

    /// The open incidents that a filter matches, for a step about all of them. Incidents that are on
    /// record only are left out.
    package func choose(
        _ selection: AlertVerbs.Selection, for step: Step, language: Language
    ) async throws -> Choice {
        var selection = selection
        selection.states = step.states.map(\.rawValue)
        selection.limit = PersonStep.targetsMax
        let (records, count) = try await find(selection, isRecordOnly: false)
        let more: [Language: String] = [
            .chinese: "一次最多办理\(PersonStep.targetsMax)件，请缩小范围或分次办理",
            .english:
                "one step takes \(PersonStep.targetsMax) at most; narrow the filter, or repeat "
                + "the step",
        ]
        return Choice(
            ids: records.map(\.episode.id.rawValue),
            preview: listing(records, language).shown(of: count, more: more))
    }

    private func find(
        _ selection: AlertVerbs.Selection, isRecordOnly: Bool
    ) async throws -> (records: [AlertRecord], count: Int) {
        try await components.withStore { store in
            var filter = try await alerts.filter(selection, store)
            filter.incidents = true
            filter.isRecordOnly = isRecordOnly
            let records = try await store.alerts(filter)
            let isAll = records.count < filter.limit
            return (records, isAll ? records.count : try await store.countAlerts(filter))
        }
    }

    private func listing(_ records: [AlertRecord], _ language: Language) -> Listing {
        let zone = components.zone
        return Listing(
            columns: [
                .init("incident_id", "编号", "incident"), .init("tier", "等级", "tier"),
                .init("state", "状态", "state"), .init("kinds", "类别", "kinds"),
                .init("subject", "对象", "subject"), .init("persons", "人数", "persons"),
                .init("alerts", "预警数", "alerts"), .init("title", "标题", "title"),
                .init("first_raised_at", "首次发出", "first raised"),
                .init("last_event_at", "最近事项", "last event"),
            ],
            rows: records.map { record in
                let episode = record.episode
                let kinds = episode.incident?.kinds ?? [episode.kind]
                return [
                    .string(episode.id.rawValue), .string(episode.tier.rawValue),
                    .string(episode.state.rawValue),
                    .string(kinds.map(\.rawValue).joined(separator: " ")),
                    .string("\(episode.subject.type.rawValue):\(episode.subject.id)"),
                    episode.persons.map { .int(Int64($0)) } ?? .null,
                    .int(Int64(episode.incident?.alerts ?? 0)),
                    .string(record.titles[language] ?? episode.subject.name),
                    .string(zone.text(episode.firstRaisedAt)),
                    .string(zone.text(episode.lastEventAt)),
                ]
            })
    }
}
