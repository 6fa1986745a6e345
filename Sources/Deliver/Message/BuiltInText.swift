import Alerting
import Labor

/// The built-in text of a message, which needs no template.
struct BuiltInText {
    let entries: [MessageEntry]
    let words: MessageWords
    let style: TextStyle
    let isTest: Bool

    /// The first line, without markup. It is the title of a card and the subject of a mail.
    var headline: String {
        let line =
            entries.count == 1
            ? entries[0].headline : GroupText(entries: entries, words: words).headline
        return (isTest ? words.test : "") + line
    }

    /// The whole text with at most `count` alerts, and a line with the number of the others.
    func text(listing count: Int) -> String {
        var blocks = [heading(headline)]
        if entries.count == 1 {
            blocks += single(entries[0])
        } else {
            let group = GroupText(entries: entries, words: words)
            if let step = group.firstStep { blocks.append(paragraph(step)) }
            let shown = min(count, Limits.groupListed)
            for (index, entry) in entries.prefix(shown).enumerated() {
                blocks.append(item(entry, number: index + 1))
            }
            if shown < entries.count {
                blocks.append(words.more(entries.count - shown))
                blocks.append(paragraph(group.whereToFind))
            }
        }
        return joined(blocks)
    }

    private func joined(_ blocks: [String]) -> String {
        switch style {
        case .plain: blocks.joined(separator: "\n")
        // An empty line separates blocks, because DingTalk joins lines without one.
        case .markdown: blocks.joined(separator: "\n\n")
        case .html: blocks.joined(separator: "\n")
        }
    }

    private func heading(_ line: String) -> String {
        switch style {
        case .plain: line
        case .markdown: "### " + style.harmless(line)
        case .html: "<h3>\(style.harmless(line))</h3>"
        }
    }

    private func paragraph(_ text: String) -> String {
        let harmless = style.harmless(text)
        return switch style {
        case .plain: harmless
        // Two spaces at the end of a line keep the line break in Markdown.
        case .markdown: harmless.replacing("\n", with: "  \n")
        case .html: "<p>\(harmless.replacing("\n", with: "<br>"))</p>"
        }
    }

    private func item(_ entry: MessageEntry, number: Int) -> String {
        var line = "\(number). \(entry.headline)"
        if !entry.earlier.isEmpty { line += words.besides(entry.earlier) }
        if !entry.text.summary.isEmpty { line += "\n\(entry.text.summary.onOneLine)" }
        if let link = entry.link { line += "\n\(link)" }
        return paragraph(line)
    }

    private func single(_ entry: MessageEntry) -> [String] {
        var blocks: [String] = []
        if !entry.text.summary.isEmpty { blocks.append(paragraph(entry.text.summary)) }
        blocks.append(paragraph(figures(entry).joined(separator: "\n")))
        if !entry.text.steps.isEmpty {
            let steps = entry.text.steps.enumerated().map { "\($0.offset + 1). \($0.element)" }
            blocks.append(
                paragraph(
                    words.steps + words.colon.onOneLine + "\n" + steps.joined(separator: "\n")))
        }
        let last = closing(entry)
        if !last.isEmpty { blocks.append(paragraph(last.joined(separator: "\n"))) }
        return blocks
    }

    private func figures(_ entry: MessageEntry) -> [String] {
        var lines: [String] = []
        func line(_ label: String, _ value: String?) {
            if let value, !value.isEmpty { lines.append(label + words.colon + value) }
        }
        if let before = entry.event.fromTier, before != entry.event.toTier {
            line(words.tierWas, entry.words.tier(before))
        }
        line(words.region, entry.text.region ?? entry.event.subject.regionCode?.rawValue)
        line(words.period, entry.periodWords)
        let share = entry.share.map { words.language == .chinese ? "（\($0)）" : " (\($0))" }
        line(words.persons, entry.event.persons.map { "\($0)\(share ?? "")" })
        line(words.amount, entry.amountWords)
        line(words.reason, entry.reasonWords)
        line(words.actor, entry.actorWords)
        line(words.level, entry.levelWords)
        if !entry.earlier.isEmpty { lines.append(words.besides(entry.earlier).onOneLine) }
        if entry.event.certainty == .provisional, entry.event.toState.isOpen {
            lines.append(words.provisional)
        }
        return lines
    }

    private func closing(_ entry: MessageEntry) -> [String] {
        var lines: [String] = []
        if let unit = entry.text.responsible {
            lines.append(words.responsible + words.colon + unit)
        }
        if let due = entry.dueAt { lines.append(words.due + words.colon + due) }
        if let link = entry.link { lines.append(words.link + words.colon + link) }
        lines.append(words.number + words.colon + entry.event.alertID.rawValue)
        return lines
    }
}
