import Alerting
import Labor

/// The built-in text of a message, which needs no template.
struct BuiltInText {
    let entries: [MessageEntry]
    let words: MessageWords
    let style: TextStyle
    let isTest: Bool

    /// The first line, without markup and without a part that a program turns into a link. It is
    /// the title of a card and the subject of a mail.
    var headline: String {
        let line =
            entries.count == 1
            ? entries[0].headline : GroupText(entries: entries, words: words).headline
        return (isTest ? words.test : "") + TextStyle.plain.harmless(line)
    }

    /// The whole text with at most `count` alerts, and a line with the number of the others.
    func text(listing count: Int) -> String {
        var blocks = [heading(headline)]
        if entries.count == 1 {
            blocks += single(entries[0])
        } else {
            let group = GroupText(entries: entries, words: words)
            if let step = group.firstStep { blocks.append(paragraph([style.marked(step)])) }
            let shown = min(count, Limits.groupListed)
            for (index, entry) in entries.prefix(shown).enumerated() {
                blocks.append(item(entry, number: index + 1))
            }
            if shown < entries.count {
                blocks.append(words.more(entries.count - shown))
                blocks.append(paragraph([style.marked(group.whereToFind)]))
            }
        }
        return joined(blocks)
    }

    private func joined(_ blocks: [String]) -> String {
        switch style {
        case .plain, .chat: blocks.joined(separator: "\n")
        // An empty line separates blocks, because DingTalk joins lines without one.
        case .markdown: blocks.joined(separator: "\n\n")
        case .html: blocks.joined(separator: "\n")
        }
    }

    private func heading(_ line: String) -> String {
        let line = style.harmless(line)
        return switch style {
        case .plain, .chat: line
        case .markdown: "### " + line
        case .html: "<h3>\(line)</h3>"
        }
    }

    /// A paragraph. Each line has already been made safe in this style.
    private func paragraph(_ lines: [String]) -> String {
        switch style {
        case .plain, .chat: lines.joined(separator: "\n")
        // Two spaces at the end of a line keep the line break in Markdown.
        case .markdown: lines.joined(separator: "  \n")
        case .html: "<p>\(lines.joined(separator: "<br>"))</p>"
        }
    }

    private func item(_ entry: MessageEntry, number: Int) -> String {
        var first = "\(number). \(style.harmless(entry.headline))"
        if !entry.earlier.isEmpty { first += words.besides(entry.earlier) }
        var lines = [first]
        if !entry.text.summary.isEmpty { lines.append(style.harmless(entry.text.summary)) }
        if let link = entry.link { lines.append(style.address(link)) }
        return paragraph(lines)
    }

    private func single(_ entry: MessageEntry) -> [String] {
        var blocks: [String] = []
        if !entry.text.summary.isEmpty {
            blocks.append(paragraph([style.harmless(entry.text.summary)]))
        }
        blocks.append(paragraph(figures(entry).map(style.harmless)))
        if !entry.text.steps.isEmpty {
            let steps = entry.text.steps.enumerated().map { index, step in
                "\(index + 1). \(style.marked(step.onOneLine))"
            }
            blocks.append(paragraph([words.steps + words.colon.onOneLine] + steps))
        }
        blocks.append(paragraph(closing(entry)))
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

    /// The last lines, already safe in this style.
    private func closing(_ entry: MessageEntry) -> [String] {
        var lines: [String] = []
        if let unit = entry.text.responsible {
            lines.append(words.responsible + words.colon + style.marked(unit.onOneLine))
        }
        if let due = entry.dueAt { lines.append(words.due + words.colon + due) }
        if let link = entry.link { lines.append(words.link + words.colon + style.address(link)) }
        lines.append(words.number + words.colon + entry.event.alertID.rawValue)
        return lines
    }
}
