/// The statements of the store: which blocks `sql/queries` has, which calls name them, and which
/// Swift strings still contain SQL.
enum StoreStatements {
    /// A block of `sql/queries`.
    struct Block: Hashable {
        /// The name as an enumeration case, `selectAlerts`.
        var name: String
        /// The variables that a call gives by name.
        var parameters: Set<String>
    }

    /// A call of a named statement whose values are a dictionary literal.
    struct Call: Hashable {
        var path: String
        var line: Int
        /// The name as an enumeration case.
        var name: String
        /// The keys of the literal; nil when the values are not a literal.
        var keys: Set<String>?
    }

    /// Words of SQL that no string of the store contains.
    static let words = [
        "SELECT", "INSERT", "UPDATE", "DELETE", "FROM", "WHERE", "JOIN", "RETURNING", "VALUES",
    ]

    /// The blocks in the text of a file.
    static func blocks(in text: String) -> [Block] {
        var blocks: [Block] = []
        let lines = text.split(separator: "\n")
        for (index, line) in lines.enumerated() where line.hasPrefix("-- name: ") {
            let end = lines[(index + 1)...].firstIndex { $0.hasPrefix("-- name: ") } ?? lines.count
            let body = lines[(index + 1)..<end]
            let set = body.filter { $0.hasPrefix("\\set ") }
                .compactMap { $0.split(separator: " ").dropFirst().first.map(String.init) }
            let parameters = set.filter { name in
                !body.contains { !$0.hasPrefix("\\") && $0.contains(":\"\(name)\"") }
            }
            blocks.append(
                Block(
                    name: camelCase(line.dropFirst("-- name: ".count)),
                    parameters: Set(parameters)))
        }
        return blocks
    }

    /// `selectAlerts` for `select_alerts`.
    private static func camelCase(_ name: Substring) -> String {
        let parts = name.split(separator: "_")
        return parts.enumerated()
            .map { $0.offset == 0 ? String($0.element) : $0.element.capitalizedFirst }
            .joined()
    }

    /// The calls `session.query(.name, [ … ])`, `.first` and `.execute` in a file.
    static func calls(path: String, text: SwiftText) -> [Call] {
        let code = Array(text.code.joined(separator: "\n").utf8)
        let raw = Array(text.lines.joined(separator: "\n").utf8)
        var calls: [Call] = []
        for start in code.indices where code[start...].starts(with: "session.".utf8) {
            var cursor = Cursor(code: code, raw: raw, index: start + "session.".utf8.count)
            guard ["query", "first", "execute"].contains(cursor.word()), cursor.take("("),
                cursor.take(".")
            else { continue }
            let line = code[..<start].count { $0 == UInt8(ascii: "\n") } + 1
            let name = cursor.word()
            guard !name.isEmpty else { continue }
            calls.append(
                Call(path: path, line: line, name: name, keys: cursor.keysOfArgument()))
        }
        return calls
    }

    /// Complaints about SQL in the strings of a file.
    static func complaints(path: String, text: SwiftText) -> [Complaint] {
        var found: [Complaint] = []
        for (index, line) in text.lines.enumerated() {
            let code = Array(text.code[index].utf8)
            // What is code becomes blank, so only strings and comments stay; then comments go.
            var rest = Array(line.utf8)
            for place in rest.indices where place < code.count && code[place] != 0x20 {
                rest[place] = 0x20
            }
            let strings = String(decoding: rest, as: UTF8.self)
            guard !strings.drop(while: { $0 == " " }).hasPrefix("//") else { continue }
            for word in words where Substring(strings).containsWord(word) {
                found.append(
                    Complaint(
                        path: path, line: index + 1,
                        message: "\(word) in a string: a statement is a block of sql/queries"))
            }
        }
        return found
    }

    /// A place in a Swift file. `code` is the file without the contents of strings, `raw` the same
    /// bytes with them.
    private struct Cursor {
        let code: [UInt8]
        let raw: [UInt8]
        var index: Int

        mutating func word() -> String {
            let start = index
            while index < code.count, code[index].isWord { index += 1 }
            return String(decoding: code[start..<index], as: UTF8.self)
        }

        mutating func take(_ text: String) -> Bool {
            while index < code.count, code[index] == 0x20 || code[index] == 0x0A { index += 1 }
            guard code[index...].starts(with: text.utf8) else { return false }
            index += text.utf8.count
            return true
        }

        /// The keys of the dictionary literal that follows a comma; no keys when the call has no
        /// argument for values; nil when the argument is no literal.
        mutating func keysOfArgument() -> Set<String>? {
            guard take(",") else { return [] }
            guard take("[") else {
                // A label follows, so the call has no values.
                return code[index...].starts(with: "naming:".utf8)
                    || code[index...].starts(with: "deadline:".utf8) ? [] : nil
            }
            var keys: Set<String> = []
            var depth = 1
            while index < code.count, depth > 0 {
                switch code[index] {
                case UInt8(ascii: "["), UInt8(ascii: "("), UInt8(ascii: "{"): depth += 1
                case UInt8(ascii: "]"), UInt8(ascii: ")"), UInt8(ascii: "}"): depth -= 1
                case UInt8(ascii: "\""):
                    let start = index + 1
                    index += 1
                    while index < code.count, code[index] != UInt8(ascii: "\"") { index += 1 }
                    let isKey = index + 1 < code.count && code[index + 1] == UInt8(ascii: ":")
                    if depth == 1, isKey {
                        keys.insert(String(decoding: raw[start..<index], as: UTF8.self))
                    }
                default: break
                }
                index += 1
            }
            return keys
        }
    }
}

extension Substring {
    fileprivate var capitalizedFirst: String { prefix(1).uppercased() + dropFirst() }
}
