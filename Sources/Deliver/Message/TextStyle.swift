/// The markup of a text.
package enum TextStyle: String, CaseIterable, Hashable, Sendable {
    /// No markup.
    case plain
    /// The subset of Markdown that the chat services support.
    case markdown
    /// HTML, for mail.
    case html

    /// A value from a report, neutralised so that it cannot add markup, links or mentions. The
    /// enterprise itself writes its name, so values are not trusted.
    func harmless(_ text: String) -> String {
        switch self {
        case .plain: text
        case .markdown: text.replaced(TextStyle.lookalikes)
        case .html: text.replaced(TextStyle.entities)
        }
    }

    /// Full-width characters that look like the special ones and have no function. The services
    /// treat a backslash differently, so escaping is not possible.
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
