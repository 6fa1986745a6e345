package import Labor
import Postgres

/// One evaluation, as `laborwatch.cycles` shows it.
package struct CycleEntry: Hashable, Sendable {
    /// The identity; grows with time.
    package var id: Int64
    /// What it looked at.
    package var asOf: Instant
    /// When it began, by the daemon's clock.
    package var startedAt: Instant
    /// When it was written down, by the database's clock.
    package var committedAt: Instant
    /// How long it took; nil for a failed one.
    package var seconds: Double?
    /// Why it failed; nil for a good one.
    package var error: String?
    /// `full` or `incremental`; nil for a failed one, and for one that looked at the watching itself
    /// alone.
    package var mode: String?
    /// Rows read.
    package var rowsRead: Int?
    /// Findings made.
    package var findings: Int?
    /// Events written.
    package var events: Int?
    /// Deliveries ordered, without suppressed ones.
    package var deliveries: Int?
    /// Values that could not be used.
    package var rejections: Int?
    /// Which daemon.
    package var holder: String?
}

/// How many deliveries of one receiver wait or were given up.
package struct ReceiverQueue: Hashable, Sendable {
    /// The receiver's name.
    package var receiver: String
    /// How many wait.
    package var pending: Int
    /// Since when the oldest one waits.
    package var oldestPending: Instant?
    /// How many were given up.
    package var dead: Int
    /// When the oldest of those was ordered.
    package var oldestDead: Instant?
}

/// One thing that ails the watching itself.
package struct SystemTrouble: Hashable, Sendable {
    /// The rule that tells it.
    package var rule: RuleID
    /// What ails, `laborwatch` or a receiver's name.
    package var subject: String
    /// How grave it is.
    package var tier: Tier
    /// Since when.
    package var since: Instant
}

/// The whole on one screen.
package struct StoreStatus: Hashable, Sendable {
    /// What ails the watching itself, the gravest first.
    package var troubles: [SystemTrouble]
    /// Open alerts by tier; a tier without one is absent.
    package var openByTier: [Tier: Int]
    /// The queues that are not empty, by receiver's name.
    package var queues: [ReceiverQueue]
    /// The last cycle that succeeded.
    package var lastGoodCycle: CycleEntry?
    /// The last cycle.
    package var lastCycle: CycleEntry?
    /// Who holds the lease; nil when nobody does.
    package var holder: String?
    /// Until when, by the database's clock.
    package var heldUntil: Instant?
    /// Values of the source that cannot be used now.
    package var quarantined: Int

    /// Deliveries that wait.
    package var pending: Int { queues.reduce(0) { $0 + $1.pending } }
    /// Deliveries that were given up.
    package var dead: Int { queues.reduce(0) { $0 + $1.dead } }
}

extension PostgresStore {
    /// The whole on one screen, as of one moment.
    package func status() async throws -> StoreStatus {
        try await perform(desk, "reading the status") { session in
            try session.transaction(.readOnly(.repeatableRead)) { session in
                let tiers = try session.query(
                    """
                    -- name: count_open_alerts
                    SELECT tier, count(*) FROM laborwatch.alerts
                     WHERE state NOT IN ('resolved', 'withdrawn')
                     GROUP BY tier
                    """
                ) { row -> (Tier, Int) in
                    (try word(row.text(0), "laborwatch.alerts"), Int(try row.int(1)))
                }
                let lease = try session.first(
                    """
                    -- name: select_lease
                    SELECT holder, expires_at FROM laborwatch.evaluator
                    """
                ) { row in (try row.text(0), Instant(microseconds: try row.timestamp(1))) }
                let quarantined = try session.first(
                    """
                    -- name: count_quarantine
                    SELECT coalesce(sum(total), 0)::bigint FROM laborwatch.quarantine_totals
                    """
                ) { Int(try $0.int(0)) }
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
        try session.query(
            """
            -- name: select_system_alerts
            SELECT rule, subject_id, tier, first_raised_at
              FROM laborwatch.alerts
             WHERE kind = 'system' AND state NOT IN ('resolved', 'withdrawn')
            """
        ) { row in
            SystemTrouble(
                rule: RuleID(try row.text(0)), subject: try row.text(1),
                tier: try word(row.text(2), "laborwatch.alerts"),
                since: Instant(microseconds: try row.timestamp(3)))
        }.sorted { left, right in
            (right.tier, left.rule.rawValue, left.subject)
                < (left.tier, right.rule.rawValue, right.subject)
        }
    }

    private func queues(_ session: inout Session) throws -> [ReceiverQueue] {
        try session.query(
            """
            -- name: select_queues
            SELECT receiver,
                   count(*) FILTER (WHERE state = 'pending'),
                   min(created_at) FILTER (WHERE state = 'pending'),
                   count(*) FILTER (WHERE state = 'dead'),
                   min(created_at) FILTER (WHERE state = 'dead')
              FROM laborwatch.deliveries
             WHERE state IN ('pending', 'dead')
             GROUP BY receiver
             ORDER BY receiver
            """
        ) { row in
            ReceiverQueue(
                receiver: try row.text(0), pending: Int(try row.int(1)),
                oldestPending: try row.timestampOrNil(2).map(Instant.init(microseconds:)),
                dead: Int(try row.int(3)),
                oldestDead: try row.timestampOrNil(4).map(Instant.init(microseconds:)))
        }
    }

    private func cycles(
        _ limit: Int, goodOnly: Bool, _ session: inout Session
    ) throws -> [CycleEntry] {
        try session.query(
            """
            -- name: select_cycles
            SELECT cycle_id, as_of, started_at, committed_at, seconds, error, mode, rows_read,
                   findings, events, deliveries, rejections, holder
              FROM laborwatch.cycles
             WHERE (outcome = 'ok' AND mode IS NOT NULL) OR NOT $1
             ORDER BY cycle_id DESC
             LIMIT $2
            """,
            [.bool(goodOnly), .int(Int64(max(limit, 0)))]
        ) { row in
            CycleEntry(
                id: try row.int(0), asOf: Instant(microseconds: try row.timestamp(1)),
                startedAt: Instant(microseconds: try row.timestamp(2)),
                committedAt: Instant(microseconds: try row.timestamp(3)),
                seconds: try row.doubleOrNil(4), error: try row.textOrNil(5),
                mode: try row.textOrNil(6), rowsRead: try row.intOrNil(7).map { Int($0) },
                findings: try row.intOrNil(8).map { Int($0) },
                events: try row.intOrNil(9).map { Int($0) },
                deliveries: try row.intOrNil(10).map { Int($0) },
                rejections: try row.intOrNil(11).map { Int($0) }, holder: try row.textOrNil(12))
        }
    }
}
