import Alerting
import Daemon
import Labor
import Store

extension AlertNote {
    /// The schema name and version of a note in JSON.
    private static let schema = "laborwatch.note/1"

    /// The note as one JSON object without its line break.
    func line(_ zone: Zone) -> String {
        JSONText.line(
            .object([
                "schema": .string(AlertNote.schema), "at": .string(zone.text(at)),
                "kind": .string(kind.rawValue), "body": .string(body),
                "actor": .string(actor.account),
                "on_behalf_of": actor.onBehalfOf.map { .string($0) } ?? .null,
            ]))
    }

    /// Notes as a table.
    static func listing(_ notes: [AlertNote], _ zone: Zone) -> Listing {
        Listing(
            columns: [
                .init("at", "时间", "at"), .init("kind", "类型", "kind"),
                .init("actor", "操作人", "actor"), .init("on_behalf_of", "代", "on behalf of"),
                .init("body", "内容", "text"),
            ],
            rows: notes.map { note in
                [
                    .string(zone.text(note.at)), .string(note.kind.rawValue),
                    .string(note.actor.account),
                    note.actor.onBehalfOf.map { .string($0) } ?? .null, .string(note.body),
                ]
            })
    }
}
