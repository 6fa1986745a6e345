package import Daemon
import Labor
import Settings
import Store

/// `laborwatch receivers health`: failures and pending deliveries of the receivers.
package struct ReceiverStateVerbs: Sendable {
    private let components: Components

    /// The verbs for a configuration.
    package init(_ components: Components) {
        self.components = components
    }

    /// One row for each receiver that ever had a delivery.
    package func health() async throws -> Listing {
        let records = try await components.withStore { store in
            try await store.receiverHealth(now: SystemClock.now())
        }
        func text(_ moment: Instant?) -> JSONValue {
            moment.map { .string(components.zone.text($0)) } ?? .null
        }
        return Listing(
            columns: [
                .init("name", "名称", "name"), .init("disabled_at", "停用", "disabled"),
                .init("disabled_reason", "停用原因", "reason"),
                .init("failing_since", "故障起始", "failing since"),
                .init("pending", "待发", "pending"),
                .init("oldest_pending_at", "最早待发", "oldest pending"),
                .init("dead_last_day", "24小时失败", "dead in 24 h"),
            ],
            rows: records.map { record in
                [
                    .string(record.name), text(record.disabledAt),
                    .string(record.disabledReason ?? ""), text(record.failingSince),
                    .int(Int64(record.pending)), text(record.oldestPendingAt),
                    .int(Int64(record.deadLastDay)),
                ]
            })
    }
}
