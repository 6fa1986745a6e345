package import Alerting
import Labor
import Postgres

extension PostgresStore {
    /// Writes what a person did to episodes, with its events and deliveries, in one transaction and
    /// without the lease.
    ///
    /// Throws `episodeMoved`, and changes nothing, when a cycle moved an episode on meanwhile.
    package func apply(
        _ episodes: [Episode], notices: [AlertNotice], orders: [DeliveryOrder]
    ) async throws {
        try await perform(desk, "writing a person's step") { session in
            let batch = try AlertBatch(episodes: episodes, notices: notices, orders: orders)
            try session.transaction { try batch.write(&$0) }
        }
    }

    /// Notes, or takes back, a person's judgement of an episode; throws `notFound`.
    ///
    /// - Parameter note: what the person wrote beside it; nil takes an earlier note back too.
    package func setVerdict(
        _ verdict: Verdict?, of alert: AlertID, note: String? = nil
    ) async throws {
        try await perform(desk, "noting a verdict") { session in
            let count = try session.execute(
                "UPDATE laborwatch.alert SET verdict = $2, verdict_note = $3 WHERE alert_id = $1",
                [
                    .uuid(alert.rawValue), .optional(text: verdict?.rawValue),
                    .optional(text: note),
                ])
            guard count == 1 else {
                throw StoreError(
                    .notFound, "there is no alert \(alert)",
                    hint: "look it up with laborwatch alerts list")
            }
        }
    }
}
