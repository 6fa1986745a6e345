/// The text of a Swift file, and the same text with everything blanked that is no code.
///
/// Comments, the contents of strings (but not what is interpolated) and raw identifiers become
/// blanks; line numbers stay. Bare regular expressions are not known: one with a quote or a brace
/// in it would confuse what follows.
struct SwiftText {
    /// The lines as written.
    let lines: [Substring]
    /// The lines with blanks.
    let code: [Substring]

    /// Reads a whole file.
    init(_ text: String) {
        var blanker = Blanker(text)
        blanker.code(untilParenthesis: false)
        lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        code = String(decoding: blanker.output, as: UTF8.self)
            .split(separator: "\n", omittingEmptySubsequences: false)
    }

    /// The length in lines and the first line of every function, initializer and subscript that
    /// has a body.
    func functions() -> [(line: Int, length: Int)] {
        let bytes = Array(code.joined(separator: "\n").utf8)
        var found: [(line: Int, length: Int)] = []
        var line = 1
        var index = 0
        var previous = UInt8(ascii: "\n")
        while index < bytes.count {
            let word = Self.word(in: bytes, at: index)
            if !word.isEmpty {
                if ["func", "init", "deinit", "subscript"].contains(word),
                    previous != UInt8(ascii: ".")
                {
                    let length = Self.bodyLines(in: bytes, from: index + word.utf8.count)
                    if let length { found.append((line, length)) }
                }
                index += word.utf8.count
                previous = UInt8(ascii: "a")
                continue
            }
            if bytes[index] == UInt8(ascii: "\n") { line += 1 }
            if bytes[index] > UInt8(ascii: " ") { previous = bytes[index] }
            index += 1
        }
        return found
    }

    /// How many lines lie between a declaration's name and the end of its body; nil without one.
    private static func bodyLines(in bytes: [UInt8], from start: Int) -> Int? {
        var lines = 1
        var parentheses = 0
        var braces = 0
        var index = start
        while index < bytes.count {
            switch bytes[index] {
            case UInt8(ascii: "\n"): lines += 1
            case UInt8(ascii: "("), UInt8(ascii: "["): parentheses += 1
            case UInt8(ascii: ")"), UInt8(ascii: "]"): parentheses -= 1
            case UInt8(ascii: "{"): if braces > 0 || parentheses == 0 { braces += 1 }
            case UInt8(ascii: "}"):
                if braces == 0 && parentheses == 0 { return nil }
                if braces > 0 { braces -= 1 }
                if braces == 0 && parentheses == 0 { return lines }
            default:
                let word = word(in: bytes, at: index)
                if braces == 0, parentheses == 0, starters.contains(word) { return nil }
                index += max(word.utf8.count, 1)
                continue
            }
            index += 1
        }
        return nil
    }

    /// Words that begin another declaration: what stood before them was a requirement.
    private static let starters: Set<String> = [
        "func", "init", "subscript", "var", "let", "associatedtype", "typealias", "static",
    ]

    /// The identifier or keyword that begins here, else an empty text.
    private static func word(in bytes: [UInt8], at start: Int) -> String {
        var end = start
        while end < bytes.count, bytes[end].isWord { end += 1 }
        return String(decoding: bytes[start..<end], as: UTF8.self)
    }
}

extension UInt8 {
    /// Whether the byte can be part of an identifier; all of what is not ASCII can.
    var isWord: Bool {
        switch self {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), 0x80...:
            true
        default: false
        }
    }
}

/// Copies a file's bytes and leaves blanks for what is not code.
private struct Blanker {
    private let bytes: [UInt8]
    private var index = 0
    private(set) var output: [UInt8] = []

    init(_ text: String) {
        bytes = Array(text.utf8)
        output.reserveCapacity(bytes.count)
    }

    /// Code, to the end or to the parenthesis that closes an interpolation.
    mutating func code(untilParenthesis: Bool) {
        var depth = 0
        while index < bytes.count {
            if next("//") {
                while index < bytes.count, bytes[index] != UInt8(ascii: "\n") { blank() }
            } else if next("/*") {
                comment()
            } else if let pounds = poundsBeforeQuote() {
                string(pounds: pounds)
            } else if next("`") {
                keep()
                while index < bytes.count, !next("`") { blank() }
                keep()
            } else {
                if next("(") { depth += 1 }
                if next(")") {
                    if untilParenthesis && depth == 0 { return }
                    depth -= 1
                }
                keep()
            }
        }
    }

    /// A block comment, with those inside it.
    private mutating func comment() {
        var depth = 0
        repeat {
            if next("/*") { depth += 1; blank() } else if next("*/") { depth -= 1; blank() }
            blank()
        } while depth > 0 && index < bytes.count
    }

    /// A string of any kind; what is interpolated stays.
    private mutating func string(pounds: Int) {
        let fence = String(repeating: "#", count: pounds)
        for _ in 0..<pounds { keep() }
        let quote = next("\"\"\"") ? "\"\"\"" : "\""
        for _ in quote.utf8 { keep() }
        while index < bytes.count, !next(quote + fence) {
            if next("\\" + fence + "(") {
                for _ in 0..<(pounds + 2) { blank() }
                code(untilParenthesis: true)
                blank()
            } else if next("\\" + fence) {
                for _ in 0..<(pounds + 2) { blank() }
            } else if quote.utf8.count == 1, bytes[index] == UInt8(ascii: "\n") {
                return
            } else {
                blank()
            }
        }
        for _ in 0..<(quote.utf8.count + pounds) { keep() }
    }

    /// The number of `#` before a quote that begins here; nil when no string begins.
    private func poundsBeforeQuote() -> Int? {
        var end = index
        while end < bytes.count, bytes[end] == UInt8(ascii: "#") { end += 1 }
        return end < bytes.count && bytes[end] == UInt8(ascii: "\"") ? end - index : nil
    }

    private func next(_ text: String) -> Bool { bytes[index...].starts(with: text.utf8) }

    private mutating func keep() {
        guard index < bytes.count else { return }
        output.append(bytes[index])
        index += 1
    }

    private mutating func blank() {
        guard index < bytes.count else { return }
        let isEnd = bytes[index] == UInt8(ascii: "\n")
        output.append(isEnd ? bytes[index] : UInt8(ascii: " "))
        index += 1
    }
}
