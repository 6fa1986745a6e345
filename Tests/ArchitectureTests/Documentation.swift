/// Every declaration that another target can see says what it is.
enum Documentation {
    /// Declarations without a `///` above them; attributes may stand between. The cases of an
    /// enumeration that others see count too.
    static func complaints(path: String, text: SwiftText) -> [Complaint] {
        var found: [Complaint] = []
        var depth = 0
        var parentheses = 0
        var enumerations: [Int] = []
        for (index, line) in text.code.enumerated() {
            let name: String?
            switch declaration(line) {
            case .some(let declared) where parentheses == 0:
                name = declared.name
                if declared.isEnumeration { enumerations.append(depth + 1) }
            case .none where enumerations.last == depth && isCase(line) && parentheses == 0:
                name = "case"
            default: name = nil
            }
            if let name, !isDocumented(index, in: text) {
                let message = "\(name) has no doc comment"
                found.append(Complaint(path: path, line: index + 1, message: message))
            }
            for character in line.utf8 {
                switch character {
                case UInt8(ascii: "{"): depth += 1
                case UInt8(ascii: "}"):
                    depth -= 1
                    while let last = enumerations.last, last > depth { enumerations.removeLast() }
                case UInt8(ascii: "("): parentheses += 1
                case UInt8(ascii: ")"): parentheses -= 1
                default: break
                }
            }
        }
        return found
    }

    /// The declaration that begins in this line, if others can see it.
    private static func declaration(_ line: Substring) -> (name: String, isEnumeration: Bool)? {
        var isVisible = false
        for word in line.split(whereSeparator: { $0 == " " || $0 == "\t" }) {
            if word.hasPrefix("@") { continue }
            let name = word.prefix { $0.isLetter }
            switch name {
            case "package", "public", "open": isVisible = isVisible || !word.hasPrefix("\(name)(")
            case "struct", "class", "actor", "enum", "protocol", "func", "var", "let", "init",
                "typealias", "subscript", "macro":
                return isVisible ? (String(name), name == "enum") : nil
            case "static", "final", "override", "mutating", "nonmutating", "lazy", "weak",
                "unowned", "indirect", "nonisolated", "convenience", "required", "borrowing",
                "consuming", "private", "fileprivate", "internal", "prefix", "postfix", "infix":
                continue
            default: return nil
            }
        }
        return nil
    }

    /// Whether the line declares a case: a name follows, and no colon of a `switch` at its end.
    private static func isCase(_ line: Substring) -> Bool {
        let words = line.split(separator: " ")
        return words.first == "case" || words.starts(with: ["indirect", "case"])
    }

    private static func isDocumented(_ index: Int, in text: SwiftText) -> Bool {
        guard let line = text.lineAbove(index) else { return false }
        return line.hasPrefix("/// ") || line.hasSuffix("*/")
    }
}

extension SwiftText {
    /// The line above a declaration, as written but without indentation; attributes are passed over.
    func lineAbove(_ index: Int) -> Substring? {
        lines[..<index].reversed().lazy.map { $0.drop { $0 == " " || $0 == "\t" } }
            .first { !$0.hasPrefix("@") }
    }

    /// Whether a comment stands above the line or in it.
    func hasComment(at index: Int) -> Bool {
        lines[index].contains("//") || lineAbove(index)?.hasPrefix("//") == true
    }
}
