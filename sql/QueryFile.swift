/// Reads files of named statements.
///
/// A file is a sequence of blocks. A block is, in this order:
///
/// - the line `-- name: select_silences`, with a name in snake case that no other block has;
/// - a comment of at least one line, which says what the statement returns or changes;
/// - one line `\set variable value` per variable, an example that psql uses;
/// - one statement, which ends with `;` at the end of a line.
///
/// A statement names its values as psql variables: `:'id'` for a value that is never NULL, `:note`
/// for a value that may be NULL (its example is NULL, or a literal in quotes), and `:"schema"` for
/// an identifier.
package enum QueryFile {
    private static let mark = "-- name: "

    /// The blocks of a file, in their order.
    /// - Parameter file: the name of the file, for errors.
    /// - Throws: `QueryError` for the first line that does not follow the form.
    package static func parse(_ text: String, file: String) throws(QueryError) -> [Query] {
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        let starts = lines.indices.filter { lines[$0].hasPrefix(mark) }
        for index in 0..<(starts.first ?? lines.count)
        where !lines[index].isEmpty && !lines[index].hasPrefix("--") {
            throw QueryError(
                file: file, line: index + 1, message: "only comments precede the first block")
        }
        var queries: [Query] = []
        for (place, start) in starts.enumerated() {
            let end = place + 1 < starts.count ? starts[place + 1] : lines.count
            queries.append(try block(lines[start..<end], file))
        }
        return queries
    }

    /// One block, whose first line is its name.
    private static func block(
        _ lines: ArraySlice<Substring>, _ file: String
    ) throws(QueryError) -> Query {
        func mistake(_ index: Int, _ message: String) -> QueryError {
            QueryError(file: file, line: index + 1, message: message)
        }
        let start = lines.startIndex
        let name = String(lines[start].dropFirst(mark.count))
        guard isName(name) else { throw mistake(start, "'\(name)' is no name in snake case") }
        var index = start + 1
        while index < lines.endIndex, lines[index].hasPrefix("--") { index += 1 }
        guard index > start + 1 else { throw mistake(start, "\(name) has no comment") }
        var examples: [String] = []
        while index < lines.endIndex, lines[index].hasPrefix("\\") {
            let words = lines[index].split(separator: " ", maxSplits: 2)
            guard words.count == 3, words[0] == "\\set", isName(words[1]) else {
                throw mistake(index, "expected: \\set variable value")
            }
            examples.append(String(words[1]))
            index += 1
        }
        var end = lines.endIndex
        while end > index, lines[end - 1].allSatisfy({ $0 == " " }) { end -= 1 }
        guard index < end, lines[end - 1].hasSuffix(";") else {
            throw mistake(start, "\(name) has no statement that ends with ';'")
        }
        var scanner = StatementScanner(lines[index..<end].joined(separator: "\n").dropLast())
        if let message = scanner.scan() { throw mistake(index, "\(name): \(message)") }
        let used = scanner.parameters + scanner.identifiers
        guard Set(used) == Set(examples), used.count == examples.count else {
            throw mistake(
                start,
                "\(name) uses the variables \(used.sorted()) and sets \(examples.sorted())")
        }
        return Query(
            name: name, file: file, line: start + 1, text: "\(mark)\(name)\n\(scanner.text)",
            parameters: scanner.parameters, identifiers: scanner.identifiers,
            source: lines[start..<end].joined(separator: "\n") + "\n")
    }

    /// Whether the text is a lower-case letter, followed by lower-case letters, digits and `_`.
    private static func isName(_ text: some StringProtocol) -> Bool {
        guard let first = text.utf8.first, (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(first)
        else { return false }
        return text.utf8.allSatisfy {
            StatementScanner.isWord($0) && !(UInt8(ascii: "A")...UInt8(ascii: "Z")).contains($0)
        }
    }
}

/// Replaces the psql variables of one statement. It skips comments, literals, quoted identifiers
/// and casts, as psql does.
struct StatementScanner {
    /// The variables that became parameters, in order of first appearance.
    private(set) var parameters: [String] = []
    /// The variables that stand for identifiers, in order of first appearance.
    private(set) var identifiers: [String] = []

    private let bytes: [UInt8]
    private var output: [UInt8] = []
    private var index = 0

    /// A scanner at the beginning of a statement.
    init(_ statement: some StringProtocol) {
        bytes = Array(statement.utf8)
    }

    /// The statement with parameters `$n`, after `scan()`.
    var text: String { String(decoding: output, as: UTF8.self) }

    /// Whether the byte may be in a word: a letter, a digit or `_` of ASCII.
    static func isWord(_ byte: UInt8) -> Bool {
        switch byte {
        case 48...57, 65...90, 97...122, UInt8(ascii: "_"): true
        default: false
        }
    }

    /// Scans the whole statement.
    /// - Returns: what is wrong with the statement; nil when nothing is.
    mutating func scan() -> String? {
        while index < bytes.count {
            switch bytes[index] {
            case UInt8(ascii: "'"):
                guard copyQuoted(UInt8(ascii: "'"), escapes: isEscapeString) else {
                    return "a literal has no end"
                }
            case UInt8(ascii: "\""):
                guard copyQuoted(UInt8(ascii: "\""), escapes: false) else {
                    return "a quoted identifier has no end"
                }
            case UInt8(ascii: "-") where next("--"):
                while index < bytes.count, bytes[index] != UInt8(ascii: "\n") { copy(1) }
            case UInt8(ascii: "/") where next("/*"):
                guard copyComment() else { return "a comment has no end" }
            case UInt8(ascii: "$"):
                if let message = copyDollar() { return message }
            case UInt8(ascii: ":"):
                if let message = colon() { return message }
            case UInt8(ascii: ";"):
                return "a block has one statement, so ';' stands at its end only"
            default: copy(1)
            }
        }
        return nil
    }

    private func next(_ text: String) -> Bool { bytes[index...].starts(with: text.utf8) }

    private mutating func copy(_ count: Int) {
        let end = min(index + count, bytes.count)
        output += bytes[index..<end]
        index = end
    }

    /// Whether the quote at `index` begins a literal E'…', in which a backslash is an escape.
    private var isEscapeString: Bool {
        guard index > 0, bytes[index - 1] | 0x20 == UInt8(ascii: "e") else { return false }
        return index == 1 || !StatementScanner.isWord(bytes[index - 2])
    }

    /// Copies up to the closing quote. A doubled quote reads as two literals side by side.
    private mutating func copyQuoted(_ quote: UInt8, escapes: Bool) -> Bool {
        copy(1)
        while index < bytes.count {
            if escapes, bytes[index] == UInt8(ascii: "\\") {
                copy(2)
            } else if bytes[index] == quote {
                copy(1)
                // A doubled quote continues the literal, with the same escapes.
                guard escapes, index < bytes.count, bytes[index] == quote else { return true }
                copy(1)
            } else {
                copy(1)
            }
        }
        return false
    }

    /// Copies a comment `/* … */`; such comments nest.
    private mutating func copyComment() -> Bool {
        var depth = 0
        repeat {
            guard index < bytes.count else { return false }
            if next("/*") {
                depth += 1
                copy(2)
            } else if next("*/") {
                depth -= 1
                copy(2)
            } else {
                copy(1)
            }
        } while depth > 0
        return true
    }

    /// Copies a literal $tag$…$tag$, or a `$` inside a word. Returns what is wrong.
    private mutating func copyDollar() -> String? {
        if index > 0, StatementScanner.isWord(bytes[index - 1]) {
            copy(1)
            return nil
        }
        var end = index + 1
        while end < bytes.count, StatementScanner.isWord(bytes[end]) { end += 1 }
        guard end < bytes.count, bytes[end] == UInt8(ascii: "$") else {
            return "a parameter is named, :'id', and has no number"
        }
        let tag = Array(bytes[index...end])
        copy(tag.count)
        while index < bytes.count {
            if bytes[index...].starts(with: tag) {
                copy(tag.count)
                return nil
            }
            copy(1)
        }
        return "a literal in dollars has no end"
    }

    /// Replaces a variable, or copies a colon that begins none. Returns what is wrong.
    private mutating func colon() -> String? {
        if next("::") || next(":=") {
            copy(2)
            return nil
        }
        guard index + 1 < bytes.count else {
            copy(1)
            return nil
        }
        let quote = bytes[index + 1]
        let isQuoted = quote == UInt8(ascii: "'") || quote == UInt8(ascii: "\"")
        let start = index + (isQuoted ? 2 : 1)
        var end = start
        while end < bytes.count, StatementScanner.isWord(bytes[end]) { end += 1 }
        guard end > start, isQuoted || !(48...57).contains(bytes[start]) else {
            copy(1)
            return nil
        }
        let name = String(decoding: bytes[start..<end], as: UTF8.self)
        if isQuoted {
            guard end < bytes.count, bytes[end] == quote else {
                return "the variable '\(name)' has no closing quote"
            }
            end += 1
        }
        if quote == UInt8(ascii: "\"") {
            if !identifiers.contains(name) { identifiers.append(name) }
            copy(end - index)
            return nil
        }
        if !parameters.contains(name) { parameters.append(name) }
        let number = (parameters.firstIndex(of: name) ?? 0) + 1
        output += Array("$\(number)".utf8)
        index = end
        return nil
    }
}
