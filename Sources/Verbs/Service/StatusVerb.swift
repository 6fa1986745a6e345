import Alerting
package import Daemon
package import Labor
import Source
import Store

/// `laborwatch status`: an overview on one screen.
package struct StatusVerb: Sendable {
    let components: Components

    /// The verb for a configuration.
    package init(_ components: Components) {
        self.components = components
    }

    /// The state of alerts, evaluator, queues and quarantine.
    package func run(at now: Instant) async throws -> Listing {
        let (status, totals, overdue, visits) = try await components.withStore { store in
            (
                try await store.status(), try await store.quarantineTotals(),
                try await store.overdue(at: now), try await store.ledger(.overdue(now))
            )
        }
        let zone = components.zone
        var rows: [[JSONValue]] = []
        func add(_ item: String, _ value: String) { rows.append([.string(item), .string(value)]) }
        for trouble in status.troubles {
            add(
                "\(trouble.rule) \(trouble.subject)",
                "\(trouble.tier.rawValue), since \(zone.text(trouble.since))")
        }
        for tier in Tier.allCases.reversed() {
            add("open \(tier.rawValue)", String(status.openByTier[tier] ?? 0))
        }
        add("evaluator", status.holder ?? "none: no daemon holds the lease")
        if let cycle = status.lastGoodCycle {
            add(
                "last good cycle",
                "\(zone.text(cycle.committedAt)), as of \(zone.day(cycle.asOf)), "
                    + "\(cycle.mode ?? ""), \(cycle.findings ?? 0) findings")
        } else {
            add("last good cycle", "none yet")
        }
        if let cycle = status.lastCycle, let error = cycle.error {
            add("last cycle", "failed \(zone.text(cycle.startedAt)): \(error)")
        }
        for queue in status.queues {
            let oldest = queue.oldestPending.map { ", oldest \(zone.text($0))" } ?? ""
            add(
                "receiver \(queue.receiver)",
                "\(queue.pending) pending\(oldest), \(queue.dead) dead")
        }
        add("overdue alerts", String(Set(overdue.map(\.alert.episode.id)).count))
        for cause in OverdueAlert.Cause.allCases {
            let count = overdue.count { $0.cause == cause }
            if count > 0 { add("  \(cause.rawValue)", String(count)) }
        }
        if !visits.isEmpty { add("overdue visits of the ledger", String(visits.count)) }
        if let warning = components.routing.calendarWarning(on: zone.day(now)) {
            add("calendar of days off", warning)
        }
        add("quarantine", String(status.quarantined))
        let counts = Dictionary(totals.map { ($0.reason, $0.count) }, uniquingKeysWith: +)
        for (reason, count) in counts.sorted(by: { $0.key < $1.key }) {
            add("  \(reason)", String(count))
        }
        return Listing(
            columns: [.init("item", "项目", "item"), .init("value", "情况", "value")], rows: rows)
    }

    /// Rejected and held-back values of the source, as the store keeps them, latest first.
    package func quarantine(limit: Int) async throws -> Listing {
        let (entries, totals) = try await components.withStore { store in
            (try await store.quarantine(limit: limit), try await store.quarantineTotals())
        }
        return StatusVerb.quarantine(entries.map(\.rejection)).shown(
            of: totals.map(\.count).reduce(0, +),
            more: [
                .chinese: "用 --limit 显示更多；同一表同一原因最多留存\(RejectionList.listedMax)条，"
                    + "--all 直接从数据源列出全部",
                .english: "see more with --limit; of one table and reason "
                    + "\(RejectionList.listedMax) are kept, --all lists all from the source",
            ])
    }

    /// Every rejected and held-back value as known at a moment, read from the source.
    package func quarantine(asOf: AsOf) async throws -> Listing {
        let reader = try components.reader().listingAll
        let reading = try await reader.read(asOf: asOf)
        return StatusVerb.quarantine(
            reader.named(reading.rejections.listed, in: reading.facts.panel))
    }

    private static func quarantine(_ rejections: [Rejection]) -> Listing {
        Listing(
            columns: [
                .init("table", "表", "table"), .init("relation", "本单位的表", "relation"),
                .init("row", "行", "row"), .init("enterprise", "企业", "enterprise"),
                .init("field", "字段", "field"), .init("value", "值", "value"),
                .init("reason", "原因", "reason"), .init("expected", "应为", "expected"),
                .init("hint", "提示", "hint"),
            ],
            rows: rejections.map { rejection in
                [
                    .string(rejection.table), rejection.relation.map { .string($0) } ?? .null,
                    .string(rejection.row), rejection.enterpriseName.map { .string($0) } ?? .null,
                    .string(rejection.field), .string(rejection.value), .string(rejection.reason),
                    .string(rejection.expected), .string(rejection.hint),
                ]
            })
    }
}
