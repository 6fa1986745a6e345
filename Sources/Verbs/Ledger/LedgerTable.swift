import Alerting
import Labor
import Settings
import Store

/// The ledger as tables for a reader or a spreadsheet.
struct LedgerTable {
    let zone: Zone
    let codes: LedgerCodes
    let language: Language

    /// One row per case.
    func cases(_ cases: [LedgerCase]) -> Listing {
        Listing(
            columns: [
                .init("case_id", "台账编号", "case"), .init("enterprise_id", "企业编号", "enterprise"),
                .init("name", "企业名称", "name"), .init("region_code", "地区", "region"),
                .init("industry_code", "行业", "industry"),
                .init("opened_at", "建账时间", "opened"), .init("opened_by", "建账人", "opened by"),
                .init("note", "建账原因", "why"), .init("next_due_at", "下次回访", "next visit"),
                .init("alerts", "关联预警数", "alerts"), .init("closed_at", "销账时间", "closed"),
                .init("closed_by", "销账人", "closed by"), .init("close_reason", "销账原因", "end"),
                .init("close_note", "销账说明", "words at the end"),
            ],
            rows: cases.map { one in
                [
                    .int(one.id), .string(one.enterprise.id), .string(one.enterprise.name),
                    text(one.enterprise.regionCode), text(one.enterprise.industryCode),
                    .string(zone.text(one.opened.at)),
                    .string(one.opened.actor.description), text(one.openedNote),
                    text(one.nextDue.map { zone.day($0).description }),
                    .int(Int64(one.alerts.count)),
                    text(one.closed.map { zone.text($0.at) }),
                    text(one.closed?.actor.description),
                    text(one.closing.map { codes.name(.closings, $0, language) }),
                    text(one.closeNote),
                ]
            })
    }

    /// Every item of the check list with its newest answer, and answers to items that are no longer
    /// in the code table.
    func checkList(_ file: LedgerFile) -> Listing {
        var answers: [String: (stamp: Stamp, answer: String, note: String?)] = [:]
        for (stamp, entry) in file.entries {
            if case .check(let item, let answer, let note) = entry {
                answers[item] = (stamp, answer.rawValue, note)
            }
        }
        let known = codes.codes(.checks)
        let lost = answers.keys.filter { item in !known.contains { $0.code == item } }.sorted()
            .map { LedgerCodes.Code(code: $0, names: [:], source: "") }
        return Listing(
            columns: [
                .init("item", "核查项", "check"), .init("name", "内容", "what"),
                .init("result", "结果", "result"), .init("at", "时间", "at"),
                .init("actor", "核查人", "by"), .init("note", "备注", "note"),
                .init("source", "依据", "source"),
            ],
            rows: (known + lost).map { item in
                let given = answers[item.code]
                return [
                    .string(item.code), .string(item.names[language] ?? item.code),
                    text(given.map { codes.name(.answers, $0.answer, language) }),
                    text(given.map { zone.text($0.stamp.at) }),
                    text(given?.stamp.actor.description), text(given?.note),
                    .string(item.source),
                ]
            })
    }

    /// All entries of the cases, one row per entry.
    func entries(_ files: [LedgerFile]) -> Listing {
        Listing(
            columns: [
                .init("case_id", "台账编号", "case"), .init("name", "企业名称", "name"),
                .init("at", "时间", "at"), .init("actor", "经办人", "by"),
                .init("entry", "类别", "entry"), .init("code", "事项", "what"),
                .init("result", "结果", "result"), .init("persons", "人数", "persons"),
                .init("next_due_at", "下次回访", "next visit"), .init("note", "说明", "note"),
            ],
            rows: files.flatMap { file in
                file.entries.map { row(file.head, $0.stamp, $0.entry) }
            })
    }

    private func row(_ head: LedgerCase, _ stamp: Stamp, _ entry: LedgerEntry) -> [JSONValue] {
        let start: [JSONValue] = [
            .int(head.id), .string(head.enterprise.name), .string(zone.text(stamp.at)),
            .string(stamp.actor.description),
        ]
        switch entry {
        case .measure(let code, let persons, let note):
            return start + [
                .string(say("措施", "measure")), .string(codes.name(.measures, code, language)),
                .null, persons.map { .int(Int64($0)) } ?? .null, .null, text(note),
            ]
        case .check(let item, let answer, let note):
            return start + [
                .string(say("核查", "check")), .string(codes.name(.checks, item, language)),
                .string(codes.name(.answers, answer.rawValue, language)), .null, .null,
                text(note),
            ]
        case .followUp(let note, let nextDue):
            return start + [
                .string(say("回访", "follow-up")), .null, .null, .null,
                text(nextDue.map { zone.day($0).description }), .string(note),
            ]
        }
    }

    private func say(_ chinese: String, _ english: String) -> String {
        language == .chinese ? chinese : english
    }

    private func text(_ value: String?) -> JSONValue { value.map { .string($0) } ?? .null }
}
