import Alerting
import Labor
import LaborSQL
import Postgres

extension PostgresStore {
    /// Sets or clears a person's verdict on an alert and on all alerts of its incident, so that the
    /// verdict counts for every rule that took part; throws `notFound`.
    ///
    /// - Parameters:
    ///   - words: the person's comment on the verdict; nil clears an earlier comment.
    ///   - note: the note that records who gave the verdict, and when.
    func judge(
        _ alert: AlertID, _ verdict: Verdict?, _ words: String?, _ note: AlertNote,
        _ session: inout Session
    ) throws {
        let count = try session.execute(
            .setVerdict,
            [
                "alert_id": .uuid(alert.rawValue), "verdict": .optional(text: verdict?.rawValue),
                "verdict_note": .optional(text: words.map(storable)),
            ])
        try found(count, alert)
        try write(note, of: alert, &session)
    }

    /// Assigns an alert, and all alerts of its incident, to the person or unit in the body of a note of kind `assign`; throws
    /// `notFound`.
    func assign(_ alert: AlertID, _ note: AlertNote, _ session: inout Session) throws {
        let count = try session.execute(
            .setAssignee,
            ["alert_id": .uuid(alert.rawValue), "assignee": .text(storable(note.body))])
        try found(count, alert)
        try write(note, of: alert, &session)
    }

    /// Adds a note to an alert; throws `notFound`.
    func add(_ note: AlertNote, to alert: AlertID, _ session: inout Session) throws {
        let isKnown = try session.first(.alertExists, ["alert_id": .uuid(alert.rawValue)]) {
            try $0.bool(0)
        }
        try found(isKnown == true ? 1 : 0, alert)
        try write(note, of: alert, &session)
    }

    /// The notes of an alert and of the other alerts of its incident, oldest first.
    func notes(of alert: AlertID, _ session: inout Session) throws -> [AlertNote] {
        try session.query(.selectNotesOfAlert, ["alert_id": .uuid(alert.rawValue)]) { row in
            AlertNote(
                kind: try word(row.text(0), "laborwatch.alert_notes"),
                at: try row.instant(1), body: try row.text(2),
                actor: Actor(try row.text(3), onBehalfOf: try row.textOrNil(4)))
        }
    }

    private func write(
        _ note: AlertNote, of alert: AlertID, _ session: inout Session
    ) throws {
        try session.execute(
            .insertAlertNote,
            [
                "alert_id": .uuid(alert.rawValue), "at": .timestamp(note.at.microseconds),
                "kind": .text(note.kind.rawValue), "body": .text(storable(note.body)),
                "actor": .text(note.actor.account),
                "on_behalf_of": .optional(text: note.actor.onBehalfOf),
            ])
    }

    private func found(_ count: Int, _ alert: AlertID) throws {
        guard count > 0 else {
            throw StoreError(
                .notFound, "there is no alert \(alert)",
                hint: "look it up with laborwatch alerts list")
        }
    }
}
