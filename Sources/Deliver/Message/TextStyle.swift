import Labor

/// The markup of a text.
package enum TextStyle: String, CaseIterable, Hashable, Sendable {
    /// No markup: the text of a mail, syslog, the journal.
    case plain
    /// The text format of a chat service, which supports mention tags and links.
    case chat
    /// The subset of Markdown that the chat services support.
    case markdown
    /// HTML, for mail.
    case html

    /// A value from a report on one line, neutralised so that it cannot add markup, links or
    /// mentions. The enterprise itself writes its name, so values are not trusted.
    func harmless(_ text: String) -> String {
        let line = ForeignText.unlinked(text)
        switch self {
        case .plain, .html: return marked(line)
        case .chat, .markdown: return marked(line).replacingScalars(["@": "＠"])
        }
    }

    /// A text of the program or of an administrator. It may have several lines and contain an
    /// address, but no markup of its own.
    func marked(_ text: String) -> String {
        switch self {
        case .plain: text
        case .chat: text.withoutReferences.withoutLinks.replacingScalars(["<": "＜", ">": "＞"])
        case .markdown: text.withoutReferences.replacingScalars(TextStyle.markdownLookalikes)
        case .html: XMLText.escaped(text)
        }
    }

    /// An address from the program's own configuration. It may become a link.
    func address(_ text: String) -> String {
        self == .html ? XMLText.escaped(text) : text
    }

    /// Full-width characters that look like the special ones and have no function. The services
    /// treat a backslash differently, so escaping is not possible.
    private static let markdownLookalikes: [Unicode.Scalar: String] = [
        "<": "＜", ">": "＞", "[": "［", "]": "］", "*": "＊", "`": "｀", "#": "＃", "~": "～",
    ]
}

extension String {
    /// The text with a full-width `&` where a character reference of HTML begins. Some services
    /// resolve references before they parse tags.
    fileprivate var withoutReferences: String {
        guard unicodeScalars.contains("&") else { return self }
        let reference = /&(?=#?[0-9A-Za-z]+;)/.matchingSemantics(.unicodeScalar)
        return replacing(reference, with: "＆")
    }

    /// The text with a full-width `]` where a `(` follows. `[text](address)` is a link in every
    /// dialect of Markdown; brackets alone are kept.
    fileprivate var withoutLinks: String {
        guard unicodeScalars.contains("]") else { return self }
        return replacing(/\](?=\()/.matchingSemantics(.unicodeScalar), with: "］")
    }
}
