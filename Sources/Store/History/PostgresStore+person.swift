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
            try session.transaction { try batch.write(&$0, visits: visits) }
        }
    }

    /// Notes, or takes back, a person's judgement of an episode; throws `notFound`.
    ///
    /// - Parameters:
    ///   - note: what the person wrote beside it; nil takes an earlier note back too.
    ///   - entry: the row that keeps who judged and when; nil for none.
    package func setVerdict(
        _ verdict: Verdict?, of alert: AlertID, note: String? = nil, _ entry: AlertNote? = nil
    ) async throws {
        try await perform(desk, "noting a verdict") { session in
            try session.transaction { session in
                let count = try session.execute(
                    """
                    UPDATE laborwatch.alert SET verdict = $2, verdict_note = $3
                     WHERE alert_id = $1
                    """,
                    [
                        .uuid(alert.rawValue), .optional(text: verdict?.rawValue),
                        .optional(text: note),
                    ])
                try found(count, alert)
                if let entry { try write(entry, of: alert, &session) }
            }
        }
    }

    /// Gives an episode to the person or unit that a note of kind `assign` names; throws `notFound`.
    package func assign(_ alert: AlertID, _ note: AlertNote) async throws {
        try await perform(desk, "assigning an alert") { session in
            try session.transaction { session in
                let count = try session.execute(
                    "UPDATE laborwatch.alert SET assignee = $2 WHERE alert_id = $1",
                    [.uuid(alert.rawValue), .text(note.body)])
                try found(count, alert)
                try write(note, of: alert, &session)
            }
        }
    }

    /// Writes a note of an episode; throws `notFound`.
    package func add(_ note: AlertNote, to alert: AlertID) async throws {
        try await perform(desk, "writing a note") { session in
            try session.transaction { session in
                let known = try session.first(
                    "SELECT count(*) FROM laborwatch.alert WHERE alert_id = $1",
                    [.uuid(alert.rawValue)]
                ) { try $0.int(0) }
                try found(Int(known ?? 0), alert)
                try write(note, of: alert, &session)
            }
        }
    }

    /// The notes of an episode in the order they were written.
    func notes(of alert: AlertID, _ session: inout Session) throws -> [AlertNote] {
        try session.query(
            """
            -- name: select_notes_of_alert
            SELECT kind, at, body, actor, on_behalf_of
              FROM laborwatch.alert_note
             WHERE alert_id = $1
             ORDER BY note_id
            """,
            [.uuid(alert.rawValue)]
        ) { row in
            AlertNote(
                kind: try word(row.text(0), "laborwatch.alert_note"),
                at: Instant(microseconds: try row.timestamp(1)), body: try row.text(2),
                actor: Actor(try row.text(3), onBehalfOf: try row.textOrNil(4)))
        }
    }

    private func write(
        _ note: AlertNote, of alert: AlertID, _ session: inout Session
    ) throws {
        try session.execute(
            """
            -- name: insert_alert_note
            INSERT INTO laborwatch.alert_note (alert_id, at, kind, body, actor, on_behalf_of)
            VALUES ($1, $2, $3, $4, $5, $6)
            """,
            [
                .uuid(alert.rawValue), .timestamp(note.at.microseconds),
                .text(note.kind.rawValue), .text(storable(note.body)), .text(note.actor.account),
                .optional(text: note.actor.onBehalfOf),
            ])
    }

    private func found(_ count: Int, _ alert: AlertID) throws {
        guard count == 1 else {
            throw StoreError(
                .notFound, "there is no alert \(alert)",
                hint: "look it up with laborwatch alerts list")
        }
    }
}
