/// A text with variables, split into sentences when it is parsed.
///
/// | written | meaning |
/// | --- | --- |
/// | `{persons}` | the value; without a value the whole sentence is left out |
/// | `{persons\|1=# person\|# persons}` | a choice: the text with the value's code, else the last |
/// | `{share\|none=\|, # of staff}` | the text of `none` is used when there is no value |
/// | `{marks.basis\|a,b=cut\|lost}` | one text for several codes |
///
/// Inside a choice, `#` is the value. The texts of a choice may contain variables.
///
/// A sentence ends with `。`, with a full stop before a blank or at the end, or with a choice whose
/// texts end so. A full stop inside a value does not end a sentence, because a company name may
/// contain one.
struct Template: Hashable, Sendable {
    /// An error in the text of a template.
    struct Fault: Error {
        var message: String
        var hint: String
    }

    /// The value of a variable.
    struct Value: Hashable, Sendable {
        /// The text that a reader sees.
        var text: String
        /// The code that the texts of a choice are compared with.
        var code: String

        init(_ text: String, code: String? = nil) {
            self.text = text
            self.code = code ?? text
        }
    }

    private indirect enum Piece: Hashable, Sendable {
        case literal(String)
        case placeholder(Placeholder)
        /// The `#` in a choice: the value of the enclosing choice.
        case number
        case choice(Placeholder, [Branch])
    }

    /// One text of a choice.
    private struct Branch: Hashable, Sendable {
        /// The codes that select this text. Empty means the default text, used for every other
        /// value.
        var codes: [String]
        var pieces: [Piece]
    }

    /// The code that selects a text of a choice when the variable has no value.
    private static let absent = "none"

    private let sentences: [[Piece]]

    /// Parses a template.
    init(_ text: String) throws(Fault) {
        var reader = Reader(text)
        let pieces = try reader.pieces(inChoice: false)
        guard reader.isAtEnd else { throw Template.unbalanced("}", in: text) }
        sentences = Template.sentences(pieces)
    }

    /// Replaces every variable, and leaves out each sentence that lacks a value.
    /// - Returns: the text, and whether every sentence is in it.
    func filled(
        _ value: (Placeholder) -> Value?
    ) -> (text: String, isComplete: Bool) {
        var text = ""
        var isComplete = true
        for sentence in sentences {
            guard let words = Template.fill(sentence, nil, value) else {
                isComplete = false
                continue
            }
            // After a left-out sentence, keep one blank instead of the two around it.
            let isDoubled = text.last?.isWhitespace == true && words.first?.isWhitespace == true
            if text.last == ".", words.first?.isWhitespace == false { text += " " }
            text += isDoubled ? String(words.drop(while: \.isWhitespace)) : words
        }
        let kept = text.drop(while: \.isWhitespace)
        let end = kept.lastIndex { !$0.isWhitespace }
        return (end.map { String(kept[...$0]) } ?? "", isComplete)
    }

    /// Every variable of the template, including those inside choices.
    var placeholders: Set<Placeholder> {
        sentences.reduce(into: []) { Template.collect($1, into: &$0) }
    }

    private static func collect(_ pieces: [Piece], into found: inout Set<Placeholder>) {
        for piece in pieces {
            switch piece {
            case .literal, .number: break
            case .placeholder(let placeholder): found.insert(placeholder)
            case .choice(let placeholder, let branches):
                found.insert(placeholder)
                for branch in branches { collect(branch.pieces, into: &found) }
            }
        }
    }

    private static func fill(
        _ pieces: [Piece], _ number: Value?, _ value: (Placeholder) -> Value?
    ) -> String? {
        var words = ""
        for piece in pieces {
            switch piece {
            case .literal(let literal): words += literal
            case .number: words += number?.text ?? ""
            case .placeholder(let placeholder):
                guard let found = value(placeholder) else { return nil }
                words += found.text
            case .choice(let placeholder, let branches):
                let found = value(placeholder)
                guard let branch = choose(branches, found),
                    let text = fill(branch.pieces, found, value)
                else { return nil }
                words += text
            }
        }
        return words
    }

    private static func choose(_ branches: [Branch], _ value: Value?) -> Branch? {
        guard let value else { return branches.first { $0.codes.contains(absent) } }
        return branches.first { $0.codes.contains(value.code) }
            ?? branches.first { $0.codes.isEmpty }
    }
}

extension Template {
    /// Parses the template's text, character by character.
    private struct Reader {
        private let text: String
        private var index: String.Index

        init(_ text: String) {
            self.text = text
            index = text.startIndex
        }

        var isAtEnd: Bool { index == text.endIndex }

        /// The pieces up to the end of the text or to a `}`; inside a choice also up to the next
        /// `|`.
        mutating func pieces(inChoice: Bool) throws(Fault) -> [Piece] {
            var pieces: [Piece] = []
            var literal = ""
            func close(_ pieces: inout [Piece]) {
                if !literal.isEmpty { pieces.append(.literal(literal)) }
                literal = ""
            }
            while index < text.endIndex {
                let character = text[index]
                if character == "}" || (inChoice && character == "|") { break }
                index = text.index(after: index)
                switch character {
                case "{":
                    close(&pieces)
                    pieces.append(try place())
                case "#" where inChoice:
                    close(&pieces)
                    pieces.append(.number)
                default: literal.append(character)
                }
            }
            close(&pieces)
            return pieces
        }

        /// Parses a variable or choice after its `{`, up to and including its `}`.
        private mutating func place() throws(Fault) -> Piece {
            let start = index
            while index < text.endIndex, !"{}|".contains(text[index]) {
                index = text.index(after: index)
            }
            guard index < text.endIndex, text[index] != "{" else {
                throw Template.unbalanced("{", in: text)
            }
            let name = String(text[start..<index])
            guard let placeholder = Placeholder(name) else { throw Template.unknown(name) }
            var branches: [Branch] = []
            while index < text.endIndex, text[index] == "|" {
                index = text.index(after: index)
                let codes = codes()
                branches.append(Branch(codes: codes, pieces: try pieces(inChoice: true)))
            }
            guard index < text.endIndex, text[index] == "}" else {
                throw Template.unbalanced("{", in: text)
            }
            index = text.index(after: index)
            return branches.isEmpty ? .placeholder(placeholder) : .choice(placeholder, branches)
        }

        /// The codes before a `=`; empty when the text has no codes and so is the default text.
        private mutating func codes() -> [String] {
            let rest = text[index...]
            guard let end = rest.firstIndex(where: { !Reader.isCode($0) }), rest[end] == "=",
                end > rest.startIndex
            else { return [] }
            index = text.index(after: end)
            return rest[..<end].split(separator: ",").map(String.init)
        }

        private static func isCode(_ character: Character) -> Bool {
            character.isASCII
                && (character.isLetter || character.isNumber || "_.,%-".contains(character))
        }
    }

    /// Splits the pieces into sentences.
    private static func sentences(_ pieces: [Piece]) -> [[Piece]] {
        var sentences: [[Piece]] = []
        var sentence: [Piece] = []
        for (index, piece) in pieces.enumerated() {
            guard case .literal(let literal) = piece else {
                sentence.append(piece)
                if isClosing(piece) {
                    sentences.append(sentence)
                    sentence = []
                }
                continue
            }
            let (closed, rest) = split(literal, isLast: index == pieces.count - 1)
            for end in closed {
                sentences.append(sentence + [.literal(end)])
                sentence = []
            }
            if !rest.isEmpty { sentence.append(.literal(rest)) }
        }
        return sentence.isEmpty ? sentences : sentences + [sentence]
    }

    /// Whether a choice ends a sentence: at least one of its texts ends with `。` or a full stop.
    private static func isClosing(_ piece: Piece) -> Bool {
        guard case .choice(_, let branches) = piece else { return false }
        return branches.contains { branch in
            guard case .literal(let text)? = branch.pieces.last else { return false }
            return text.hasSuffix("。") || text.hasSuffix(".")
        }
    }

    /// Splits a literal after each end of a sentence and the blanks that follow it.
    private static func split(
        _ literal: String, isLast: Bool
    ) -> (closed: [String], rest: String) {
        var closed: [String] = []
        var start = literal.startIndex
        var index = start
        while index < literal.endIndex {
            let character = literal[index]
            index = literal.index(after: index)
            let isEnd =
                index == literal.endIndex ? isLast : literal[index].isWhitespace
            guard character == "。" || (character == "." && isEnd) else { continue }
            while index < literal.endIndex, literal[index].isWhitespace {
                index = literal.index(after: index)
            }
            closed.append(String(literal[start..<index]))
            start = index
        }
        return (closed, String(literal[start...]))
    }

    private static func unbalanced(_ brace: String, in text: String) -> Fault {
        Fault(
            message: "an unbalanced '\(brace)' in \"\(text)\"",
            hint: "write each placeholder as {name}, each choice as {name|code=text|other text}")
    }

    private static func unknown(_ name: String) -> Fault {
        Fault(
            message: "there is no placeholder {\(name)}",
            hint: "use one of \(Placeholder.names.joined(separator: ", "))")
    }
}
