import Alerting
import Labor
import Postgres

extension PostgresStore {
    /// Sets or clears a person's verdict on an alert; throws `notFound`.
    ///
    /// - Parameters:
    ///   - words: the person's comment on the verdict; nil clears an earlier comment.
    ///   - note: the note that records who gave the verdict, and when.
    func judge(
        _ alert: AlertID, _ verdict: Verdict?, _ words: String?, _ note: AlertNote,
        _ session: inout Session
    ) throws {
        let count = try session.execute(
            """
            -- name: set_verdict
            UPDATE laborwatch.alert SET verdict = $2, verdict_note = $3
             WHERE alert_id = $1
            """,
            [
                .uuid(alert.rawValue), .optional(text: verdict?.rawValue),
                .optional(text: words.map(storable)),
            ])
        try found(count, alert)
        try write(note, of: alert, &session)
    }

    /// Assigns an alert to the person or unit in the body of a note of kind `assign`; throws
    /// `notFound`.
    func assign(_ alert: AlertID, _ note: AlertNote, _ session: inout Session) throws {
        let count = try session.execute(
            """
            -- name: set_assignee
            UPDATE laborwatch.alert SET assignee = $2 WHERE alert_id = $1
            """,
            [.uuid(alert.rawValue), .text(storable(note.body))])
        try found(count, alert)
        try write(note, of: alert, &session)
    }

    /// Adds a note to an alert; throws `notFound`.
    func add(_ note: AlertNote, to alert: AlertID, _ session: inout Session) throws {
        let known = try session.first(
            "SELECT count(*) FROM laborwatch.alert WHERE alert_id = $1", [.uuid(alert.rawValue)]
        ) { try $0.int(0) }
        try found(Int(known ?? 0), alert)
        try write(note, of: alert, &session)
    }

    /// The notes of an alert, oldest first.
    func notes(of alert: AlertID, _ session: inout Session) throws -> [AlertNote] {
        try session.query(
            """
            -- name: select_notes_of_alert
            SELECT kind, at, body, actor, on_behalf_of
              FROM laborwatch.alert_notes
             WHERE alert_id = $1
             ORDER BY note_id
            """,
            [.uuid(alert.rawValue)]
        ) { row in
            AlertNote(
                kind: try word(row.text(0), "laborwatch.alert_notes"),
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
