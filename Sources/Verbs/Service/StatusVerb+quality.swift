import Alerting
import Daemon
package import Labor
import Source
import Store

extension StatusVerb {
    /// What `status --quality` counts by.
    package enum QualityTable: String, CaseIterable, Hashable, Sendable {
        /// Alerts by rule.
        case rule
        /// Incidents by kind, tier, section of industry and size class.
        case kind, tier, industry, size
    }

    /// How alerts and incidents turned out: verdicts, precision, delays, missed events.
    ///
    /// - Parameters:
    ///   - tables: what to count by; empty for all.
    ///   - since: only episodes raised on or after this day; nil for all.
    /// - Returns: the table of rules, if wanted; then the table of incidents, if wanted.
    package func quality(
        by tables: [QualityTable], since: Day?, at now: Instant, language: Language
    ) async throws -> [Listing] {
        let zone = components.zone
        let since = since.map {
            Instant(microseconds: zone.end(of: $0.adding(days: -1)).microseconds + 1)
        }
        let tables = tables.isEmpty ? QualityTable.allCases : tables
        let dimensions = IncidentQuality.Dimension.allCases.filter { dimension in
            tables.contains { $0.rawValue == dimension.rawValue }
        }
        var listings: [Listing] = []
        if tables.contains(.rule) {
            listings.append(
                StatusVerb.rules(
                    try await components.withStore { try await $0.quality(since: since, in: zone) }
                ))
        }
        if !dimensions.isEmpty {
            listings.append(
                try await incidents(by: dimensions, since: since, at: now, language: language))
        }
        return listings
    }

    private static let verdicts: [Verdict] = [.confirmed, .falseAlarm, .transfer, .seasonal]

    private static let verdictColumns: [Listing.Column] = [
        .init("verdict_confirmed", "判定属实", "judged true"),
        .init("verdict_false_alarm", "判定误报", "judged false"),
        .init("verdict_transfer", "判定转移", "judged transfer"),
        .init("verdict_seasonal", "判定季节性", "judged seasonal"),
    ]

    private static func count(_ value: Int) -> JSONValue { .int(Int64(value)) }

    // MARK: - Rules

    private static func rules(_ rules: [RuleQuality]) -> Listing {
        Listing(
            columns: [
                .init("rule", "规则", "rule"), .init("raised", "发出", "raised"),
                .init("open", "未结", "open"), .init("confirmed", "后报证实", "confirmed later"),
                .init("withdrawn", "撤回", "withdrawn"),
            ] + verdictColumns + Precision.columns + [
                .init("median_days_to_raise", "月末至发出（天）", "days to raise"),
                .init("median_days_to_end", "发出至结束（天）", "days to end"),
            ],
            rows: rules.map(row),
            remark: rules.contains { $0.daysToRaise ?? 0 < 0 } ? beforeTheEnd : [:])
    }

    /// Alerts about events and plans are raised before their month ends.
    private static let beforeTheEnd: [Language: String] = [
        .chinese: "月末至发出为负：当月尚未结束即已发出，如登记事件",
        .english: "negative days to raise: told before the month was over, as of an event",
    ]

    private static func row(_ quality: RuleQuality) -> [JSONValue] {
        [
            .string(quality.rule.rawValue), count(quality.raised), count(quality.open),
            count(quality.confirmed), count(quality.withdrawn),
        ] + verdicts.map { count(quality.verdicts[$0] ?? 0) }
            + Precision(quality.verdicts).values + [
                Precision.rounded(quality.daysToRaise, 10),
                Precision.rounded(quality.daysToEnd, 10),
            ]
    }

    // MARK: - Incidents

    private func incidents(
        by dimensions: [IncidentQuality.Dimension], since: Instant?, at now: Instant,
        language: Language
    ) async throws -> Listing {
        let outcomes = try await components.withStore { store in
            // Earlier incidents tell whether an event was missed.
            try await store.incidentOutcomes(since: nil)
        }
        let zone = components.zone
        let facts = try? await components.reader().read(asOf: zone.asOf(now)).facts
        let source = QualitySource(facts, since: since, zone: zone)
        let groups = dimensions.flatMap { IncidentQuality.groups(by: $0, outcomes, source) }
        return Listing(
            columns: [
                .init("by", "按", "by"), .init("value", "代码", "code"),
                .init("name", "名称", "name"), .init("told", "已通知", "told"),
                .init("record_only", "仅作留痕", "on record only"), .init("open", "未结", "open"),
            ] + StatusVerb.verdictColumns + Precision.columns + [
                .init("median_days_to_answer", "至签收（天）", "days to answer"),
                .init("median_days_to_verdict", "至评判（天）", "days to verdict"),
                .init("missed", "漏报", "missed"),
            ],
            rows: groups.map { group in
                let head: [JSONValue] = [
                    .string(group.by.rawValue), .string(group.value),
                    .string(source.name(group, language)), StatusVerb.count(group.told),
                    StatusVerb.count(group.recordOnly), StatusVerb.count(group.open),
                ]
                return head + StatusVerb.verdicts.map { StatusVerb.count(group.verdicts[$0] ?? 0) }
                    + Precision(group.verdicts).values + [
                        Precision.rounded(IncidentQuality.median(group.daysToAnswer), 100),
                        Precision.rounded(IncidentQuality.median(group.daysToVerdict), 100),
                        group.missed.map { StatusVerb.count($0) } ?? .null,
                    ]
            },
            remark: facts == nil ? StatusVerb.withoutSource : [:])
    }

    private static let withoutSource: [Language: String] = [
        .chinese: "数据源读不到：没有按规模的统计，也不知漏报",
        .english: "the source cannot be read: no size classes and no missed events",
    ]
}
