package import Labor
import LaborSQL
import Postgres

/// One cycle, as the view `laborwatch.cycles` shows it.
package struct CycleEntry: Hashable, Sendable {
    /// The number of the cycle, which grows with time.
    package var id: Int64
    /// The as-of that the cycle evaluated.
    package var asOf: Instant
    /// When the cycle began, by the clock of the daemon.
    package var startedAt: Instant
    /// When the cycle was recorded, by the clock of the database.
    package var committedAt: Instant
    /// The duration in seconds; nil for a failed cycle.
    package var seconds: Double?
    /// The error; nil for a successful cycle.
    package var error: String?
    /// `full` or `incremental`; nil for a failed cycle, and for one that checked only the service's
    /// own health.
    package var mode: String?
    /// The number of rows read.
    package var rowsRead: Int?
    /// The number of findings.
    package var findings: Int?
    /// The number of events written.
    package var events: Int?
    /// The number of deliveries ordered, without suppressed ones.
    package var deliveries: Int?
    /// The number of values that could not be used.
    package var rejections: Int?
    /// The daemon that ran the cycle.
    package var holder: String?
}

/// The number of pending deliveries and dead letters of one receiver.
package struct ReceiverQueue: Hashable, Sendable {
    /// The receiver.
    package var receiver: String
    /// The number of pending deliveries.
    package var pending: Int
    /// When the event of the oldest pending delivery was created.
    package var oldestPending: Instant?
    /// The number of dead letters.
    package var dead: Int
    /// When the event of the oldest dead letter was created.
    package var oldestDead: Instant?
}

/// One open problem of the service itself.
package struct SystemTrouble: Hashable, Sendable {
    /// The system rule that detected the problem.
    package var rule: RuleID
    /// The affected part: `laborwatch` or a receiver.
    package var subject: String
    /// The tier of the problem.
    package var tier: Tier
    /// When the problem was raised.
    package var since: Instant
}

/// The summary that the verb `status` shows.
package struct StoreStatus: Hashable, Sendable {
    /// The open problems of the service itself, highest tier first.
    package var troubles: [SystemTrouble]
    /// The number of open alerts per tier; a tier without alerts is absent.
    package var openByTier: [Tier: Int]
    /// The queues that are not empty, ordered by receiver.
    package var queues: [ReceiverQueue]
    /// The last cycle that evaluated the source successfully.
    package var lastGoodCycle: CycleEntry?
    /// The last cycle, whatever its result.
    package var lastCycle: CycleEntry?
    /// The daemon that has the lease; nil when none has.
    package var holder: String?
    /// When the lease expires, by the clock of the database.
    package var heldUntil: Instant?
    /// The number of source values that cannot be used now.
    package var quarantined: Int

    /// The total of pending deliveries.
    package var pending: Int { queues.reduce(0) { $0 + $1.pending } }
    /// The total of dead letters.
    package var dead: Int { queues.reduce(0) { $0 + $1.dead } }
}

extension PostgresStore {
    /// The status, read from one snapshot.
    package func status() async throws -> StoreStatus {
        try await perform(desk, "reading the status") { session in
            try session.transaction(.readOnly(.repeatableRead)) { session in
                let tiers = try session.query(.countOpenAlerts) { row -> (Tier, Int) in
                    (try word(row.text(0), "laborwatch.alerts"), Int(try row.int(1)))
                }
                let lease = try session.first(.selectLease) { row in
                    (try row.text(0), try row.instant(1))
                }
                let quarantined = try session.first(.countQuarantine) { Int(try $0.int(0)) }
                return StoreStatus(
                    troubles: try troubles(&session),
                    openByTier: Dictionary(uniqueKeysWithValues: tiers),
                    queues: try queues(&session),
                    lastGoodCycle: try cycles(1, goodOnly: true, &session).first,
                    lastCycle: try cycles(1, goodOnly: false, &session).first,
                    holder: lease?.0, heldUntil: lease?.1, quarantined: quarantined ?? 0)
            }
        }
    }

    /// The latest cycles, newest first.
    package func cycles(limit: Int) async throws -> [CycleEntry] {
        try await perform(desk, "listing cycles") { session in
            try cycles(limit, goodOnly: false, &session)
        }
    }

    private func troubles(_ session: inout Session) throws -> [SystemTrouble] {
        try session.query(.selectSystemAlerts) { row in
            SystemTrouble(
                rule: RuleID(try row.text(0)), subject: try row.text(1),
                tier: try word(row.text(2), "laborwatch.alerts"),
                since: try row.instant(3))
        }.sorted { left, right in
            (right.tier, left.rule.rawValue, left.subject)
                < (left.tier, right.rule.rawValue, right.subject)
        }
    }

    private func queues(_ session: inout Session) throws -> [ReceiverQueue] {
        try session.query(.selectQueues) { row in
            ReceiverQueue(
                receiver: try row.text(0), pending: Int(try row.int(1)),
                oldestPending: try row.instantOrNil(2),
                dead: Int(try row.int(3)),
                oldestDead: try row.instantOrNil(4))
        }
    }

    private func cycles(
        _ limit: Int, goodOnly: Bool, _ session: inout Session
    ) throws -> [CycleEntry] {
        try session.query(
            .selectCycles,
            ["is_good_only": .bool(goodOnly), "limit": .int(Int64(max(limit, 0)))]
        ) { row in
            CycleEntry(
                id: try row.int(0), asOf: try row.instant(1),
                startedAt: try row.instant(2),
                committedAt: try row.instant(3),
                seconds: try row.doubleOrNil(4), error: try row.textOrNil(5),
                mode: try row.textOrNil(6), rowsRead: try row.intOrNil(7).map { Int($0) },
                findings: try row.intOrNil(8).map { Int($0) },
                events: try row.intOrNil(9).map { Int($0) },
                deliveries: try row.intOrNil(10).map { Int($0) },
                rejections: try row.intOrNil(11).map { Int($0) }, holder: try row.textOrNil(12))
        }
    }
}
