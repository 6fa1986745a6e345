import Alerting
package import Daemon
package import Labor
import Settings
import Source
import Store

/// `laborwatch alerts list|show|explain|export`.
package struct AlertVerbs: Sendable {
    let components: Components

    /// The verbs for a configuration.
    package init(_ components: Components) {
        self.components = components
    }

    /// The filter of `alerts list`, as the command line gives it.
    package struct Selection: Sendable {
        /// Tiers by name; all when empty.
        package var tiers: [Tier]
        /// Kinds by name; all when empty.
        package var kinds: [AlertKind]
        /// Rules by id or name; all when empty.
        package var rules: [String]
        /// States by name; `open` means all states of open alerts. All when empty.
        package var states: [String]
        /// Regions by code or name, each with all regions below it.
        package var regions: [String]
        /// Only alerts whose last event is on this day or later; nil for no limit.
        package var since: Day?
        /// Only alerts that were raised on this day or earlier; nil for no limit.
        package var until: Day?
        /// Only alerts with this text in the subject's name or in the title; nil for no condition.
        package var text: String?
        /// The maximum number of alerts.
        package var limit: Int

        /// Creates a filter. Each argument sets the property of the same name.
        package init(
            tiers: [Tier] = [], kinds: [AlertKind] = [], rules: [String] = [],
            states: [String] = [], regions: [String] = [], since: Day? = nil, until: Day? = nil,
            text: String? = nil, limit: Int = 100
        ) {
            self.tiers = tiers
            self.kinds = kinds
            self.rules = rules
            self.states = states
            self.regions = regions
            self.since = since
            self.until = until
            self.text = text
            self.limit = limit
        }
    }

    /// Alerts, highest tier first and, within a tier, latest first. If the limit leaves some out,
    /// the listing contains the total number.
    package func list(_ selection: Selection, language: Language) async throws -> Listing {
        let (records, count) = try await components.withStore { store in
            let filter = try await filter(selection, store)
            let records = try await store.alerts(filter)
            let isAll = records.count < filter.limit
            return (records, isAll ? records.count : try await store.countAlerts(filter))
        }
        let zone = components.zone
        return Listing(
            columns: [
                .init("alert_id", "编号", "alert"), .init("tier", "等级", "tier"),
                .init("state", "状态", "state"), .init("rule", "规则", "rule"),
                .init("subject", "对象", "subject"), .init("started_period", "始于", "since"),
                .init("last_event_at", "最近事项", "last event"),
                .init("persons", "人数", "persons"), .init("incident_id", "事件", "incident"),
                .init("title", "标题", "title"),
            ],
            rows: records.map { record in
                let episode = record.episode
                return [
                    .string(episode.id.rawValue), .string(episode.tier.rawValue),
                    .string(episode.state.rawValue), .string(episode.rule.rawValue),
                    .string("\(episode.subject.type.rawValue):\(episode.subject.id)"),
                    .string(episode.startedPeriod.description),
                    .string(zone.text(episode.lastEventAt)),
                    episode.persons.map { .int(Int64($0)) } ?? .null,
                    episode.incidentID.map { .string($0.rawValue) } ?? .null,
                    .string(record.titles[language] ?? episode.subject.name),
                ]
            }
        ).shown(of: count, more: Listing.moreByLimit)
    }

    /// One alert with its events and with the notes about it.
    package func show(_ id: String, format: Listing.Format, language: Language) async throws
        -> String
    {
        let history = try await components.withStore { try await $0.alert(id) }
        return try await show(history, alerts: [], format, language)
    }

    /// One alert, or one incident with its alerts.
    func show(
        _ history: AlertHistory, alerts: [AlertRecord], _ format: Listing.Format,
        _ language: Language
    ) async throws -> String {
        let zone = components.zone
        let table = AlertTable(history, zone: zone, language: language)
        switch format {
        case .jsonl, .json:
            let lines = try history.notices.map {
                String(
                    decoding: try $0.document(
                        in: language, zone: zone, linkBase: components.configuration.linksBase),
                    as: UTF8.self)
            }
            let all =
                lines + table.alerts(alerts).objects.map { JSONText.line($0) }
                + history.notes.map { $0.line(zone) }
            return format == .jsonl
                ? all.map { $0 + "\n" }.joined() : "[\(all.joined(separator: ","))]\n"
        case .text, .csv:
            let events = table.events.printed(format, language: language)
            guard format == .text else { return events }
            var parts = [table.head.printed(format, language: language), events]
            if !alerts.isEmpty {
                parts.append(table.alerts(alerts).printed(format, language: language))
            }
            parts.append(await told(history, language))
            if !history.notes.isEmpty {
                parts.append(
                    AlertNote.listing(history.notes, zone).printed(format, language: language))
            }
            return parts.joined(separator: "\n")
        }
    }

    /// The table of receivers for the newest event that raised the alert or its tier. If the source
    /// cannot be read, the routes are missing and the table shows the stored values only.
    private func told(_ history: AlertHistory, _ language: Language) async -> String {
        let notice = Explanation.decisive(history)
        let regionContext = try? await components.reader().regionContext(
            of: history.alert.episode.subject)
        let explanation = Explanation(
            history: history, notice: notice, recomputation: Recomputation(.skipped), courses: [],
            ways: ways(notice, of: history, in: regionContext), purpose: nil,
            book: components.catalogue.phrasebooks[language] ?? .empty, language: language,
            zone: components.zone)
        return Explanation.routeHeading(notice, language) + "\n"
            + explanation.route(.text).printed(.text, language: language)
    }

    /// The ids of the alerts of a rule that were raised in a month and whose title or subject
    /// contains `text`. The demo uses it.
    func find(rule: RuleID, text: String, began: Period) async throws -> [String] {
        var filter = AlertFilter()
        filter.rules = [rule]
        filter.text = text
        let records = try await components.withStore { [filter] in try await $0.alerts(filter) }
        return records.filter { $0.episode.startedPeriod == began }.map(\.episode.id.rawValue)
    }

    /// All events of a range of days, in the documents that receivers got.
    package func export(
        since: Day?, until: Day?, format: Listing.Format, language: Language, to output: Output
    ) async throws {
        let zone = components.zone
        try AlertVerbs.checkOrder(since, until)
        let window = EventWindow(
            from: since.map(zone.start(of:)), to: until.map(zone.startAfter(_:)))
        var rows: [[JSONValue]] = []
        var isFirst = true
        if format == .json { output.write("[") }
        let linksBase = components.configuration.linksBase
        _ = try await components.withStore { store in
            try await store.forEachEvent(in: window) { notice in
                switch format {
                case .jsonl, .json:
                    if format == .json, !isFirst { output.write(",") }
                    isFirst = false
                    output.writeLine(
                        try AlertDocument(
                            notice, language: language, zone: zone,
                            selfLink: notice.event.alertID.link(base: linksBase)
                        ).encoded())
                case .text, .csv: rows.append(EventListing.row(notice, language, zone))
                }
            }
        }
        if format == .json { output.write("]\n") }
        if format == .text || format == .csv {
            output.write(
                Listing(columns: EventListing.columns, rows: rows).printed(
                    format, language: language, isColoured: output.isTerminal))
        }
    }

    /// The filter for the store.
    func filter(
        _ selection: Selection, _ store: PostgresStore
    ) async throws -> AlertFilter {
        var filter = AlertFilter()
        filter.tiers = Set(selection.tiers)
        filter.kinds = Set(selection.kinds)
        filter.rules = try await rules(selection.rules, store)
        for name in selection.states {
            if name == "open" {
                filter.states.formUnion(AlertState.allCases.filter(\.isOpen))
            } else if let state = AlertState(rawValue: name) {
                filter.states.insert(state)
            } else {
                let names = ["open"] + AlertState.allCases.map(\.rawValue)
                throw Failure(
                    exitCode: 2, "there is no state '\(name)'",
                    hint: "write \(names.joined(separator: ", "))"
                        + (NearestName.near(name, among: names).map { "; did you mean '\($0)'?" }
                            ?? ""))
            }
        }
        filter.regions = try await regions(selection.regions, store)
        try AlertVerbs.checkOrder(selection.since, selection.until)
        let zone = components.zone
        filter.since = selection.since.map(zone.start(of:))
        filter.until = selection.until.map(zone.startAfter(_:))
        filter.text = selection.text
        filter.isByTier = true
        filter.limit = min(max(1, selection.limit), AlertFilter.limitMax)
        return filter
    }
}

extension Zone {
    /// The first moment of a civil day in this time zone.
    fileprivate func start(of day: Day) -> Instant {
        Instant(microseconds: end(of: day.adding(days: -1)).microseconds + 1)
    }

    /// The first moment after a civil day. An event at the very end of the day, as in a replay, is
    /// earlier than this moment.
    fileprivate func startAfter(_ day: Day) -> Instant { start(of: day.adding(days: 1)) }
}
