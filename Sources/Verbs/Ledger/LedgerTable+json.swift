import Alerting
import Labor
import Settings
import Store

/// A case for a program: one object, `laborwatch.ledger_case/1`.
extension LedgerTable {
    func json(_ file: LedgerFile) -> JSONValue {
        var measures: [JSONValue] = []
        var checks: [JSONValue] = []
        var followUps: [JSONValue] = []
        for (stamp, entry) in file.entries {
            var object = noted(stamp)
            switch entry {
            case .measure(let code, let persons, let note):
                object["code"] = .string(code)
                object["name"] = .string(codes.name(.measures, code, language))
                object["persons"] = persons.map { .int(Int64($0)) } ?? .null
                object["note"] = optional(note)
                measures.append(.object(object))
            case .check(let item, let answer, let note):
                object["item"] = .string(item)
                object["name"] = .string(codes.name(.checks, item, language))
                object["result"] = .string(answer.rawValue)
                object["note"] = optional(note)
                checks.append(.object(object))
            case .followUp(let note, let nextDue):
                object["note"] = .string(note)
                object["next_due_at"] = day(nextDue)
                followUps.append(.object(object))
            }
        }
        return .object([
            "schema": "laborwatch.ledger_case/1", "case": head(file.head),
            "measures": .array(measures), "checks": .array(checks),
            "follow_ups": .array(followUps),
        ])
    }

    /// The case itself, with the keys of the view `laborwatch.ledger_cases`.
    private func head(_ one: LedgerCase) -> JSONValue {
        .object([
            "case_id": .int(one.id), "enterprise_id": .string(one.enterprise.id),
            "name": .string(one.enterprise.name),
            "region_code": optional(one.enterprise.regionCode),
            "industry_code": optional(one.enterprise.industryCode),
            "opened_at": .string(zone.text(one.opened.at)),
            "opened_by": .string(one.opened.actor.account),
            "opened_on_behalf_of": optional(one.opened.actor.onBehalfOf),
            "note": optional(one.openedNote), "next_due_at": day(one.nextDue),
            "alerts": .array(one.alerts.map { .string($0.rawValue) }),
            "closed_at": moment(one.closed?.at),
            "closed_by": optional(one.closed?.actor.account),
            "closed_on_behalf_of": optional(one.closed?.actor.onBehalfOf),
            "close_reason": optional(one.closing), "close_note": optional(one.closeNote),
        ])
    }

    private func noted(_ stamp: Stamp) -> [String: JSONValue] {
        [
            "at": .string(zone.text(stamp.at)), "actor": .string(stamp.actor.account),
            "on_behalf_of": optional(stamp.actor.onBehalfOf),
        ]
    }

    /// The day of a due time, as in the tables; the due time is the end of that day.
    private func day(_ due: Instant?) -> JSONValue {
        optional(due.map { zone.day($0).description })
    }

    private func moment(_ instant: Instant?) -> JSONValue { optional(instant.map(zone.text)) }

    private func optional(_ text: String?) -> JSONValue { text.map { .string($0) } ?? .null }
}
