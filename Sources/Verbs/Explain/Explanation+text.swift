import Alerting
import Foundation
import Labor
import Settings
import Store

/// The explanation for a person at a terminal.
extension Explanation {
    func text(isColoured: Bool) -> String {
        Explanation.printed(head(isColoured) + details.map(ForeignText.printable))
    }

    /// The explanation in short, as a part of the explanation of an incident: why the alert was
    /// raised, and the re-computation. Incidents have deliveries and verdicts of their own.
    func brief(isColoured: Bool) -> [String] {
        let lines = notice.map { reasons($0) + recomputedSection } ?? []
        return head(isColoured) + lines.map(ForeignText.printable)
    }

    /// Lines as a text that ends with a line break.
    static func printed(_ lines: [String]) -> String { lines.joined(separator: "\n") + "\n" }

    /// Title, ID, rule or kinds, and the present state. Names, notes and errors that other people or
    /// programs wrote are made printable. The line of the state contains none of them, and it may
    /// contain colours.
    func head(_ isColoured: Bool) -> [String] {
        let episode = history.alert.episode
        let name = shown(episode.tier)
        let tier = isColoured ? TextTable.coloured(name) : name
        var head = [history.alert.titles[language] ?? episode.subject.name, ""]
        if let traits = episode.incident {
            head.append("\(say("事件", "incident"))  \(episode.id)")
            head.append(
                "\(say("类别", "kinds"))  "
                    + traits.kinds.map(shown).joined(separator: say("、", ", ")))
            if traits.isRecordOnly {
                head.append(say("仅作留痕，待核实，未通知任何人", "on record only, to verify; nobody is told"))
            }
        } else {
            head.append("\(say("编号", "alert"))  \(episode.id)")
            if let incident = episode.incidentID {
                head.append("\(say("事件", "incident"))  \(incident)")
            }
            head.append(
                "\(say("规则", "rule"))  \(episode.rule)" + (purpose.map { "  \($0)" } ?? ""))
        }
        let state =
            "\(say("状态", "state"))  "
            + [tier, shown(episode.state), shown(episode.certainty)].joined(
                separator: say("，", ", "))
        return head.map(ForeignText.printable) + [state]
    }

    private var details: [String] {
        var lines: [String] = []
        if let notice {
            lines += reasons(notice) + recomputedSection
            for course in courses {
                lines += section(
                    label(course.measure) + "  " + legend, course.bars(say).map { "  " + $0 })
            }
            lines += section(say("所用数据", "rows used"), notice.event.evidence.rows.map(row))
            if let text = notice.texts[language] {
                let responsible = text.responsible.map { "  \($0)" } ?? ""
                lines += section(
                    say("处置步骤", "playbook") + responsible,
                    text.steps.enumerated().map { "  \($0 + 1). \($1)" })
            }
        }
        return lines + aftermath
    }

    private func reasons(_ notice: AlertNotice) -> [String] {
        section(say("依据", "why") + "  \(heading(notice.event))", why(notice))
    }

    private var recomputedSection: [String] {
        section(say("复算", "computed anew"), recomputed)
    }

    /// What happened after the raise: events, receivers, deliveries and the verdict.
    var aftermath: [String] {
        section(say("经过", "what happened"), history.notices.map(happened))
            + section(Explanation.routeHeading(notice, language), routed)
            + section(say("通知", "deliveries"), history.deliveries.flatMap(delivered))
            + section(say("核实结论", "verdict"), [verdict])
    }

    /// A heading with lines below it; empty without lines.
    private func section(_ heading: String, _ lines: [String]) -> [String] {
        lines.isEmpty ? [] : ["", heading] + lines
    }

    private var legend: String {
        say("（█ 报送，▓░ 预期 ± 2 倍离散）", "(█ reported, ▓░ expected ± 2 scales)")
    }

    private func heading(_ event: AlertEvent) -> String {
        "\(TableWords.shown(event, language)) \(shown(event.toTier))\(say("，", ", "))"
            + say(Figures(language: .chinese).month(event.period), event.period.description)
            + say("，", ", ")
            + "\(say("截至", "as of")) \(zone.text(event.asOf)), \(event.id)"
    }

    private func why(_ notice: AlertNotice) -> [String] {
        let evidence = notice.event.evidence
        var lines: [String] = []
        func add(_ label: String, _ value: Double?) {
            if let value { lines.append("  \(label)  \(Explanation.number(value))") }
        }
        lines.append("  \(chain(evidence))")
        add(say("数值", "value"), evidence.value)
        add(say("此前", "previous"), evidence.previous)
        add(say("预期", "expected"), evidence.expected)
        add(say("离散", "scale"), evidence.scale)
        add("p", evidence.p)
        for (name, value) in evidence.measures.sorted(by: { $0.key < $1.key }) {
            add(label(name), value)
        }
        for (name, value) in evidence.marks.sorted(by: { $0.key < $1.key }) {
            lines.append("  \(label(name))  \(say(book.evidenceMark(name, value), value))")
        }
        if let threshold = evidence.threshold {
            lines.append("  \(say("界限", "threshold"))  \(limits(threshold))")
            lines.append("  \(say("来源", "source"))  \(threshold.source)")
        }
        if let summary = notice.texts[language]?.summary { lines.append("  \(summary)") }
        return lines
    }

    /// Value, expectation, scale, p and threshold in one line, without those that are missing.
    private func chain(_ evidence: Evidence) -> String {
        let steps: [String?] = [
            evidence.value.map { say("数值 ", "value ") + Explanation.number($0) },
            evidence.expected.map { say("预期 ", "expected ") + Explanation.number($0) },
            evidence.scale.map { say("离散 ", "scale ") + Explanation.number($0) },
            evidence.p.map { "p " + Explanation.number($0) },
            evidence.threshold.map { say("界限 ", "threshold ") + limits($0) },
        ]
        return steps.compactMap { $0 }.joined(separator: " → ")
    }

    private func limits(_ threshold: Threshold) -> String {
        shown(threshold.tier) + say("：", ": ")
            + threshold.limits.sorted { $0.key < $1.key }
            .map { "\(label($0.key)) ≥ \(Explanation.number($0.value))" }
            .joined(separator: say("，", ", "))
    }

    /// A code in words of the explanation's language.
    private func shown(_ code: some Worded) -> String { TableWords.shown(code, language) }

    /// The name of a measure, a mark, a limit or a column.
    private func label(_ key: String) -> String { say(book.evidenceName(key), key) }

    private var recomputed: [String] {
        switch recomputation.result {
        case .agrees: return ["  " + say("复算：一致", "re-computed: agrees")]
        case .skipped: return ["  " + say("复算：未做", "re-computed: not asked for")]
        case .notApplicable:
            return [
                "  "
                    + say(
                        "复算：不适用，此事项不是由评估产生的",
                        "re-computed: does not apply, no evaluation brought this event about")
            ]
        case .unreachable(let failure):
            return [
                "  " + say("复算：无法读取数据源", "re-computed: the source cannot be read") + "  "
                    + failure.message
            ]
        case .disagrees(let differences, let causes):
            var lines = ["  " + say("复算：不一致", "re-computed: disagrees")]
            for difference in differences {
                lines.append(
                    "  \(label(difference.field))  \(say("存", "stored")) \(plain(difference.stored))"
                        + "  \(say("今", "now")) \(plain(difference.now))")
            }
            for cause in causes {
                lines.append("  \(say("可能原因", "likely")): \(words(cause))")
                lines += cause.rows.map { "  " + row($0) }
            }
            return lines
        }
    }

    private func plain(_ value: JSONValue) -> String {
        if case .object(let members) = value { return values(members) }
        return value == .null ? "–" : Listing.plain(value)
    }

    private func values(_ members: [String: JSONValue]) -> String {
        members.sorted { $0.key < $1.key }.map { "\(label($0.key))=\(Listing.plain($0.value))" }
            .joined(separator: " ")
    }

    private func row(_ row: EvidenceRow) -> String {
        let known = row.reportedAt.map { "  (\(say("获知于", "known")) \(zone.text($0)))" } ?? ""
        return "  \(row.table) \(row.period?.description ?? "") \(values(row.values))\(known)"
    }

    private func happened(_ notice: AlertNotice) -> String {
        let event = notice.event
        let from = event.fromTier.map { $0 == event.toTier ? "" : "\(shown($0)) → " } ?? ""
        let state = event.fromState.map { $0 == event.toState ? "" : "\(shown($0)) → " } ?? ""
        let actor = event.actor.map { "  \(Actor($0, onBehalfOf: event.onBehalfOf))" } ?? ""
        let words = event.reason.words(in: language)
        let reason = say("（\(words)）", "(\(event.reason.rawValue): \(words))")
        return
            "  \(zone.day(event.asOf))  \(event.id.prefix(8))  \(TableWords.shown(event, language))  "
            + "\(from)\(shown(event.toTier))  \(state)\(shown(event.toState))  \(reason)\(actor)"
    }

    private var routed: [String] {
        let table = route(.text)
        guard !table.rows.isEmpty else { return [] }
        return table.printed(.text, language: language).split(separator: "\n").map { "  " + $0 }
    }

    private func delivered(_ delivery: DeliveryRecord) -> [String] {
        let what = TableWords.shown(
            delivery.what, ofIncident: history.alert.episode.isIncident, language)
        var line =
            "  #\(delivery.id) \(what) → \(delivery.receiver): "
            + say(TableWords.words(delivery.state), delivery.state.rawValue)
        if let reason = delivery.reason {
            line += say("（\(reason.words(in: language))）", " (\(reason))")
        }
        if delivery.attempts > 0 {
            let tries = delivery.attempts == 1 ? "try" : "tries"
            line += ", \(delivery.attempts) \(say("次", tries))"
        }
        if let at = delivery.finishedAt, delivery.state != .suppressed {
            line += "  \(zone.text(at))"
        }
        if let error = delivery.lastError { line += "  \(error)" }
        // A delivery with one successful attempt needs no further lines.
        guard delivery.log.count > 1 || delivery.log.contains(where: { $0.error != nil }) else {
            return [line]
        }
        return [line]
            + delivery.log.map { attempt in
                let status = attempt.status.map { " HTTP \($0)" } ?? ""
                let error = attempt.error.map { "  \($0)" } ?? ""
                let outcome = say(
                    TableWords.outcomes[attempt.outcome] ?? attempt.outcome, attempt.outcome)
                return "      \(zone.text(attempt.startedAt))  \(outcome)\(status)\(error)"
            }
    }

    /// The heading of the table of receivers.
    static func routeHeading(_ notice: AlertNotice?, _ language: Language) -> String {
        let event =
            notice.map {
                TableWords.shown($0.event, language) + " "
                    + TableWords.shown($0.event.toTier, language)
            } ?? ""
        return language == .chinese
            ? "此事项（\(event)）通知谁（路由按现行规则）"
            : "who was told of this event (\(event); routes as they are now)"
    }

    private var verdict: String {
        guard let verdict = history.alert.episode.verdict else {
            return "  " + say("尚无", "none yet")
        }
        let note = history.alert.note.map { "  \($0)" }
        return "  \(shown(verdict))" + (note ?? "")
    }

    private static func number(_ value: Double) -> String {
        value == value.rounded() && abs(value) < 1e15
            ? String(Int64(value)) : String(format: "%.4g", value)
    }
}

extension Recomputation.Cause {
    /// The rows to which the cause refers.
    var rows: [EvidenceRow] {
        switch self {
        case .rowsCame(let rows), .rowsGone(let rows): rows
        default: []
        }
    }
}
