package import Alerting
import Labor

/// Queries that change nothing.
extension MemoryOutbox {
    package func held() -> [HeldOrder] {
        var newest: [DeliveryQueue<AlertID>: Row] = [:]
        for row in rows where row.delivery.isHeld {
            if let known = newest[row.delivery.queue],
                known.delivery.sequence > row.delivery.sequence
            {
                continue
            }
            newest[row.delivery.queue] = row
        }
        return newest.values.compactMap { row in
            row.reason.map {
                HeldOrder(
                    deliveryID: row.id, alertID: row.delivery.unit, receiver: row.receiver,
                    reason: $0, isOwed: row.delivery.isOwed)
            }
        }
    }

    package func waiting() -> [WaitingOrder] {
        rows.map(\.delivery).filter {
            $0.isWaiting && ($0.nextAttemptAt > $0.createdAt || $0.isOwed)
                && !ended.contains($0.unit)
        }.map {
            WaitingOrder(
                deliveryID: $0.id ?? 0, alertID: $0.unit, receiver: $0.receiver,
                isOwed: $0.isOwed)
        }
    }

    package func snapshots(_ receivers: Set<String>) -> [DeliverySnapshot] {
        rows.filter { receivers.contains($0.receiver) }.map { row in
            DeliverySnapshot(
                id: row.id, alertID: row.delivery.unit, sequence: row.delivery.sequence,
                receiver: row.receiver, state: row.state, reason: row.reason,
                isHeld: row.delivery.isHeld, group: row.delivery.grouping.group,
                attempts: row.attempts)
        }
    }
}
