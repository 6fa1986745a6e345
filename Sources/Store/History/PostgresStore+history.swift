package import Alerting
package import Labor
import LaborSQL
import Postgres

extension PostgresStore {
    /// Takes or renews the lease, by the clock of the database; nil while another holder has it.
    ///
    /// The token grows with each change of holder. A renewal keeps the token, even a late one, as
    /// long as nobody else took the lease in the meantime.
    package func acquireLease(holder: String, seconds: Int) async throws -> Lease? {
        guard !holder.isEmpty, seconds > 0 else {
            throw StoreError(
                .refused,
                "a lease needs a holder and at least a second, not '\(holder)' for \(seconds) s")
        }
        return try await perform(evaluator, "taking the lease") { session in
            try session.first(
                .acquireLease,
                [
                    "name": .text(PostgresStore.leaseName), "holder": .text(holder),
                    "seconds": .double(Double(seconds)),
                ]
            ) { row in
                Lease(
                    holder: try row.text(0), token: try row.int(1),
                    expiresAt: try row.instant(2))
            }
        }
    }

    /// Gives the lease up; does nothing when it was lost.
    package func release(_ lease: Lease) async throws {
        try await perform(evaluator, "giving the lease back") { session in
            _ = try session.execute(
                .releaseLease,
                [
                    "name": .text(PostgresStore.leaseName), "holder": .text(lease.holder),
                    "token": .int(lease.token),
                ])
        }
    }

    /// Writes a cycle in one transaction; see `History`.
    ///
    /// Throws `leaseLost` when another daemon has the lease, and `episodeMoved` when a person's
    /// step changed an episode after the cycle read it; then nothing is changed. Repeating a commit
    /// writes the episodes and events once only, so it is safe when the reply to the first commit
    /// was lost.
    package func commit(_ cycle: CycleRecord, under lease: Lease) async throws {
        try await perform(evaluator, "writing the cycle") { session in
            let batch = try AlertBatch(
                episodes: cycle.episodes, notices: cycle.notices, orders: cycle.orders,
                releases: cycle.releases, holds: cycle.holds)
            let rejections = try StoreJSON.texts(cycle.rejections.map(RejectionRow.init))
            try session.transaction { session in
                try hold(lease, &session)
                let told = try batch.write(&session, visits: visits, by: .cycle)
                try note(cycle, lease, told: told, &session)
                try write(watermarks: cycle.watermarks, &session)
                try writeQuarantine(
                    rejections, at: cycle.startedAt, isComplete: cycle.rejectionsComplete,
                    isFull: cycle.mode == "full", &session)
                if cycle.rejectionsComplete {
                    try writeQuarantineTotals(cycle.rejectionTotals, &session)
                }
            }
        }
    }

    /// Records a failed cycle. The watermarks and the other state that `recall()` reads are not
    /// changed.
    package func noteFailure(asOf: Instant, startedAt: Instant, message: String) async throws {
        try await perform(evaluator, "noting a failed cycle") { session in
            _ = try session.execute(
                .insertFailedCycle,
                [
                    "as_of": .timestamp(asOf.microseconds),
                    "started_at": .timestamp(startedAt.microseconds),
                    "error": .text(storable(message)),
                ])
        }
    }
}

/// Locks the row of the lease until the end of the transaction, so that no other daemon can take
/// the lease before the cycle is written. Throws `leaseLost` when another daemon already took it.
func hold(_ lease: Lease, _ session: inout Session) throws {
    let held = try session.first(
        .holdLease,
        [
            "name": .text(PostgresStore.leaseName), "holder": .text(lease.holder),
            "token": .int(lease.token),
        ]
    ) { try $0.int(0) }
    guard held != nil else {
        throw StoreError(
            .leaseLost,
            "the lease with token \(lease.token) of \(lease.holder) was lost, nothing was written",
            hint: "take the lease again and repeat the work from what is remembered then")
    }
}

private func note(
    _ cycle: CycleRecord, _ lease: Lease, told: Int, _ session: inout Session
) throws {
    try session.execute(
        .insertCycle,
        [
            "as_of": .timestamp(cycle.asOf.microseconds),
            "started_at": .timestamp(cycle.startedAt.microseconds),
            "seconds": .double(cycle.seconds), "mode": .text(cycle.mode),
            "rows_read": .int(Int64(cycle.rowsRead)), "findings": .int(Int64(cycle.findings)),
            "events": .int(Int64(cycle.notices.count)), "deliveries": .int(Int64(told)),
            "rejections": .int(Int64(cycle.rejections.count)), "holder": .text(lease.holder),
            "token": .int(lease.token),
        ])
}

private func write(watermarks: [String: String], _ session: inout Session) throws {
    for (source, value) in watermarks.sorted(by: { $0.key < $1.key }) {
        try session.execute(.upsertWatermark, ["source": .text(source), "value": .text(value)])
    }
}
