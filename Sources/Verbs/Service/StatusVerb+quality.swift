import Alerting
import Daemon
package import Labor
import Store

extension StatusVerb {
    /// How the alerts of each rule turned out: verdicts, precision, delays.
    ///
    /// - Parameter since: only episodes raised on or after this day; nil for all.
    package func quality(since: Day?) async throws -> Listing {
        let zone = components.zone
        let rules = try await components.withStore { store in
            try await store.quality(
                since: since.map {
                    Instant(microseconds: zone.end(of: $0.adding(days: -1)).microseconds + 1)
                }, in: zone)
        }
        return Listing(
            columns: [
                .init("rule", "规则", "rule"), .init("raised", "发出", "raised"),
                .init("open", "未结", "open"), .init("confirmed", "后报证实", "confirmed later"),
                .init("withdrawn", "撤回", "withdrawn"),
                .init("verdict_confirmed", "判定属实", "judged true"),
                .init("verdict_false_alarm", "判定误报", "judged false"),
                .init("verdict_transfer", "判定转移", "judged transfer"),
                .init("verdict_seasonal", "判定季节性", "judged seasonal"),
                .init("precision", "准确率", "precision"),
                .init("median_days_to_raise", "月末至发出（天）", "days to raise"),
                .init("median_days_to_end", "发出至结束（天）", "days to end"),
            ],
            rows: rules.map(StatusVerb.row),
            remark: rules.contains { $0.daysToRaise ?? 0 < 0 } ? StatusVerb.beforeTheEnd : [:])
    }

    /// Alerts about events and plans are raised before their month ends.
    private static let beforeTheEnd: [Language: String] = [
        .chinese: "月末至发出为负：当月尚未结束即已发出，如登记事件",
        .english: "negative days to raise: told before the month was over, as of an event",
    ]

    private static func row(_ quality: RuleQuality) -> [JSONValue] {
        func count(_ value: Int) -> JSONValue { .int(Int64(value)) }
        func rounded(_ value: Double?, _ unit: Double) -> JSONValue {
            value.map { .double(($0 * unit).rounded() / unit) } ?? .null
        }
        let verdicts: [Verdict] = [.confirmed, .falseAlarm, .transfer, .seasonal]
        return [
            .string(quality.rule.rawValue), count(quality.raised), count(quality.open),
            count(quality.confirmed), count(quality.withdrawn),
        ] + verdicts.map { count(quality.verdicts[$0] ?? 0) } + [
            rounded(quality.precision, 1e4), rounded(quality.daysToRaise, 10),
            rounded(quality.daysToEnd, 10),
        ]
    }
}
