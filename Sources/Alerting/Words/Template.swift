/// A text with places to fill, cut into sentences when it is read.
///
/// A sentence ends with `。`, or with a full stop before a blank or the end. One that lacks a value
/// is left out, so that a text reads well whatever the evidence holds. What fills a place is never
/// cut: a company's name may contain a full stop.
struct Template: Hashable, Sendable {
    /// What is wrong with a template's text.
    struct Fault: Error {
        var message: String
        var hint: String
    }

    private enum Piece: Hashable, Sendable {
        case literal(String)
        case placeholder(Placeholder)
    }

    private let sentences: [[Piece]]

    /// Reads a template.
    init(_ text: String) throws(Fault) {
        var sentences: [[Piece]] = []
        var sentence: [Piece] = []
        for piece in try Template.pieces(text) {
            guard case .literal(let literal) = piece.0 else {
                sentence.append(piece.0)
                continue
            }
            let (closed, rest) = Template.split(literal, isLast: piece.isLast)
            for end in closed {
                sentences.append(sentence + [.literal(end)])
                sentence = []
            }
            if !rest.isEmpty { sentence.append(.literal(rest)) }
        }
        if !sentence.isEmpty { sentences.append(sentence) }
        self.sentences = sentences
    }

    /// The text with every place filled, without the sentences that lack a value.
    /// - Returns: the text, and whether no sentence was left out.
    func filled(
        _ value: (Placeholder) -> String?
    ) -> (text: String, isComplete: Bool) {
        var text = ""
        var isComplete = true
        for sentence in sentences {
            if let words = Template.fill(sentence, value) {
                text += words
            } else {
                isComplete = false
            }
        }
        let kept = text.drop(while: \.isWhitespace)
        let end = kept.lastIndex { !$0.isWhitespace }
        return (end.map { String(kept[...$0]) } ?? "", isComplete)
    }

    private static func fill(_ sentence: [Piece], _ value: (Placeholder) -> String?) -> String? {
        var words = ""
        for piece in sentence {
            switch piece {
            case .literal(let literal): words += literal
            case .placeholder(let placeholder):
                guard let text = value(placeholder) else { return nil }
                words += text
            }
        }
        return words
    }

    private static func pieces(_ text: String) throws(Fault) -> [(Piece, isLast: Bool)] {
        var pieces: [(Piece, isLast: Bool)] = []
        var rest = text[...]
        while let brace = rest.firstIndex(where: { $0 == "{" || $0 == "}" }) {
            guard rest[brace] == "{" else { throw unbalanced("}", in: text) }
            if brace > rest.startIndex {
                pieces.append((.literal(String(rest[..<brace])), false))
            }
            rest = rest[rest.index(after: brace)...]
            guard let end = rest.firstIndex(where: { $0 == "{" || $0 == "}" }), rest[end] == "}"
            else { throw unbalanced("{", in: text) }
            let name = String(rest[..<end])
            guard let placeholder = Placeholder(name) else { throw unknown(name) }
            pieces.append((.placeholder(placeholder), false))
            rest = rest[rest.index(after: end)...]
        }
        if !rest.isEmpty { pieces.append((.literal(String(rest)), true)) }
        return pieces
    }

    /// Cuts a literal after each sentence's end and the blanks that follow it.
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
            hint: "write each placeholder as {name}")
    }

    private static func unknown(_ name: String) -> Fault {
        Fault(
            message: "there is no placeholder {\(name)}",
            hint: "use one of \(Placeholder.names.joined(separator: ", "))")
    }
}
