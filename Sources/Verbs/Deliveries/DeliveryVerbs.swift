import Alerting
package import Daemon
import Labor
import Settings
import Store

/// `laborwatch deliveries list|show`.
package struct DeliveryVerbs: Sendable {
    private let components: Components

    /// The verbs for a configuration.
    package init(_ components: Components) {
        self.components = components
    }

    /// Deliveries, newest first.
    /// - Parameters:
    ///   - states: pending, delivered, dead, suppressed, dropped; all when empty.
    ///   - receivers: names; all when empty.
    ///   - heldOnly: only deliveries that a silence or an inhibition suppresses for now.
    package func list(
        states: [String], receivers: [String], heldOnly: Bool = false, limit: Int
    ) async throws -> Listing {
        var filter = DeliveryFilter()
        for name in states {
            guard let state = DeliveryState(rawValue: name) else {
                let names = DeliveryState.allCases.map(\.rawValue).joined(separator: ", ")
                throw Failure(exitCode: 2, "there is no state '\(name)'", hint: "write \(names)")
            }
            filter.states.insert(state)
        }
        filter.receivers = Set(receivers)
        filter.isHeld = heldOnly ? true : nil
        filter.limit = max(1, limit)
        let (records, count) = try await components.withStore { [filter] store in
            try await components.mustKnow(receivers: receivers, store)
            let records = try await store.deliveries(filter)
            let isAll = records.count < filter.limit
            return (records, isAll ? records.count : try await store.countDeliveries(filter))
        }
        return Listing(
            columns: [
                .init("delivery_id", "编号", "delivery"), .init("receiver", "接收方", "receiver"),
                .init("state", "状态", "state"), .init("what", "事项", "what"),
                .init("tier", "等级", "tier"), .init("subject", "对象", "subject"),
                .init("attempts", "次数", "tries"), .init("created_at", "创建", "created"),
                .init("reason", "原因", "reason"), .init("held", "暂缓", "held"),
                .init("group", "分组", "group"), .init("message_id", "消息", "message"),
                .init("next_attempt_at", "下次", "next try"),
            ],
            rows: records.map { record in
                [
                    .int(record.id), .string(record.receiver), .string(record.state.rawValue),
                    .string(record.what.rawValue), .string(record.tier.rawValue),
                    .string(record.subjectName), .int(Int64(record.attempts)),
                    .string(components.zone.text(record.createdAt)),
                    .string(record.reason?.rawValue ?? record.lastError ?? ""),
                    .bool(record.isHeld),
                    .string(record.group ?? ""), .string(record.messageID ?? ""),
                    record.state == .pending
                        ? .string(components.zone.text(record.nextAttemptAt)) : .null,
                ]
            }
        ).shown(of: count, more: Listing.moreByLimit)
    }

    /// One delivery with its attempts.
    package func show(_ id: Int64) async throws -> Listing {
        let record = try await components.withStore { try await $0.delivery(id) }
        return Listing(
            columns: [
                .init("started_at", "开始", "started"), .init("ended_at", "结束", "ended"),
                .init("outcome", "结果", "outcome"), .init("status", "状态码", "status"),
                .init("next_attempt_at", "下次", "next try"), .init("error", "错误", "error"),
                .init("answer", "应答", "answer"),
            ],
            rows: record.log.map { attempt in
                [
                    .string(components.zone.text(attempt.startedAt)),
                    .string(components.zone.text(attempt.endedAt)), .string(attempt.outcome),
                    attempt.status.map { .int(Int64($0)) } ?? .null,
                    attempt.nextAttemptAt.map { .string(components.zone.text($0)) } ?? .null,
                    .string(attempt.error ?? ""), .string(attempt.answer ?? ""),
                ]
            })
    }
}
