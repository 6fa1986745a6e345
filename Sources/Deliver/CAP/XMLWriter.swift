import Labor

/// Writes XML 1.0 in UTF-8, one element per line.
struct XMLWriter {
    private(set) var bytes: [UInt8] = Array(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n".utf8)
    private var depth = 0

    /// Writes an element that contains elements.
    mutating func element(
        _ name: String, namespace: String? = nil, _ content: (inout XMLWriter) -> Void
    ) {
        line("<\(name)\(namespace.map { " xmlns=\"\($0)\"" } ?? "")>")
        depth += 1
        content(&self)
        depth -= 1
        line("</\(name)>")
    }

    /// Writes an element that contains text; nothing when the text is nil or empty.
    mutating func text(_ name: String, _ text: String?) {
        guard let text, !text.isEmpty else { return }
        line("<\(name)>\(XMLText.escaped(text, unknown: "\u{FFFD}"))</\(name)>")
    }

    private mutating func line(_ text: String) {
        bytes += Array(String(repeating: "  ", count: depth).utf8)
        bytes += Array(text.utf8)
        bytes.append(UInt8(ascii: "\n"))
    }
}
