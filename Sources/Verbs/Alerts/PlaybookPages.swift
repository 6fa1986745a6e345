import Alerting
import Labor
import Settings

/// Playbooks as text: one paragraph per kind and tier, one line per step.
struct PlaybookPages {
    let playbooks: [Playbook]
    let clocks: ResponseClocks
    let language: Language

    /// Maximum width of a line, in terminal columns.
    static let width = 96

    var text: String { playbooks.map(page).joined(separator: "\n") }

    private func pick(_ chinese: String, _ english: String) -> String {
        language == .chinese ? chinese : english
    }

    private func page(_ playbook: Playbook) -> String {
        var lines: [String] = []
        let unit = playbook.responsible[language] ?? ""
        lines += PlaybookPages.wrapped(
            pick(
                "\(playbook.kind.words(in: .chinese))（\(playbook.kind.rawValue)）：责任单位：\(unit)",
                "\(playbook.kind.rawValue): responsible: \(unit)"), indent: 2)
        for tier in Tier.allCases.reversed() {
            lines.append(
                "  \(TableWords.shown(tier, language))\(time(playbook.kind, tier))\(visit(playbook, tier))"
            )
            for (index, step) in (playbook.steps[tier]?[language] ?? []).enumerated() {
                lines += PlaybookPages.wrapped("    \(index + 1). \(step)", indent: 7)
            }
        }
        lines.append("  " + pick("依据", "basis"))
        for law in playbook.basis {
            lines += PlaybookPages.wrapped("    - \(law[language] ?? "")", indent: 6)
        }
        return lines.map { $0 + "\n" }.joined()
    }

    private func time(_ kind: AlertKind, _ tier: Tier) -> String {
        guard let first = clocks.wait(kind, tier), clocks.levels >= 0 else {
            return pick("：无时限", ": no clock")
        }
        let own = pick("：\(first.words)内答复", ": answer within \(first.shortText)")
        guard let above = clocks.wait(kind, tier, level: 1) else { return own }
        return own + pick("，上级\(above.words)内", ", the level above within \(above.shortText)")
    }

    private func visit(_ playbook: Playbook, _ tier: Tier) -> String {
        guard let days = playbook.firstVisit[tier] else { return "" }
        return pick("，首次走访\(days)天内", ", a first visit within \(days)d")
    }

    /// Breaks a text into lines of at most `width` columns. A line may break at a blank, and before
    /// or after a character that takes two columns, such as a Chinese character.
    static func wrapped(_ text: String, indent: Int) -> [String] {
        let margin = String(repeating: " ", count: indent)
        var lines: [String] = []
        var line = ""
        var word = ""
        func take() {
            if TextTable.width(line + word) > width, line.contains(where: { $0 != " " }) {
                lines.append(line)
                line = margin + word.trimmingPrefix { $0 == " " }
            } else {
                line += word
            }
            word = ""
        }
        for character in text {
            let isWide = TextTable.width(String(character)) > 1
            if character == " " || isWide { take() }
            word.append(character)
            if isWide { take() }
        }
        take()
        return lines + [line]
    }
}
