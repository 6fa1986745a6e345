/// How a text is marked up where it is shown.
package enum TextStyle: String, CaseIterable, Hashable, Sendable {
    /// Not at all.
    case plain
    /// Markdown, as far as the chat services know it.
    case markdown
    /// HTML, for mail.
    case html

    /// A value from a report, such that it cannot mark up, link or mention by itself: an
    /// enterprise's name is written by the enterprise.
    func harmless(_ text: String) -> String {
        switch self {
        case .plain: text
        case .markdown: text.replaced(TextStyle.lookalikes)
        case .html: text.replaced(TextStyle.entities)
        }
    }

    /// Full-width twins, which read the same and mean nothing. The services differ in what a
    /// backslash does, so nothing is escaped.
    private static let lookalikes: [Character: String] = [
        "<": "＜", ">": "＞", "[": "［", "]": "］", "*": "＊", "`": "｀", "#": "＃", "~": "～",
    ]

    private static let entities: [Character: String] = [
        "<": "&lt;", ">": "&gt;", "&": "&amp;", "\"": "&quot;", "'": "&#39;",
    ]
}

extension String {
    fileprivate func replaced(_ table: [Character: String]) -> String {
        guard contains(where: { table[$0] != nil }) else { return self }
        return reduce(into: "") { text, character in
            text += table[character] ?? String(character)
        }
    }
}
