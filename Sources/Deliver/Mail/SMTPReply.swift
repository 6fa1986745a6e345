/// One answer of a mail server: a three-digit code and its lines.
struct SMTPReply: Hashable, Sendable {
    /// The maximum length of a line in bytes and the maximum number of lines of an answer.
    static let lineBytesMax = 4_096
    static let linesMax = 100

    var code: Int
    var lines: [String]

    var text: String { lines.joined(separator: " ") }

    /// The extensions that the server lists in its answer to EHLO: one extension per item (first
    /// index), its words in upper case (second index).
    var capabilities: [[String]] {
        lines.dropFirst().map { $0.uppercased().split(separator: " ").map(String.init) }
    }
}

/// Splits the bytes from a server into answers.
struct SMTPReader {
    private var buffer: [UInt8] = []
    private var lines: [String] = []

    /// The bytes are not an SMTP answer.
    struct Nonsense: Error {}

    /// Whether no bytes and no lines of an incomplete answer are left.
    var isEmpty: Bool { buffer.isEmpty && lines.isEmpty }

    mutating func add(_ bytes: some Sequence<UInt8>) {
        buffer.append(contentsOf: bytes)
    }

    /// The next complete answer; nil when more bytes are needed.
    mutating func next() throws(Nonsense) -> SMTPReply? {
        while let end = buffer.firstIndex(of: UInt8(ascii: "\n")) {
            let bytes = buffer[..<end].filter { $0 != UInt8(ascii: "\r") }
            buffer.removeSubrange(...end)
            let digits = bytes.prefix(3)
            guard digits.count == 3, digits.allSatisfy({ (0x30...0x39).contains($0) }),
                bytes.count <= SMTPReply.lineBytesMax, lines.count < SMTPReply.linesMax
            else { throw Nonsense() }
            lines.append(String(decoding: bytes.dropFirst(4), as: UTF8.self))
            if bytes.count == 3 || bytes[3] != UInt8(ascii: "-") {
                defer { lines = [] }
                let code = digits.reduce(0) { $0 * 10 + Int($1 - 0x30) }
                return SMTPReply(code: code, lines: lines)
            }
        }
        guard buffer.count <= SMTPReply.lineBytesMax else { throw Nonsense() }
        return nil
    }
}
