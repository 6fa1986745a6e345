import Foundation

/// Encodes non-ASCII header text (RFC 2047).
enum EncodedWord {
    /// The maximum length of an encoded word and of a line that contains one.
    private static let wordMax = 75
    private static let prefix = "=?UTF-8?B?"
    private static let suffix = "?="

    /// A header's value, folded into lines; ASCII text stays as it is.
    /// - Parameter used: the number of characters that are already on the first line.
    static func header(_ text: String, after used: Int) -> String {
        let isPlain = text.utf8.allSatisfy { $0 >= 0x20 && $0 < 0x7F } && !text.contains("=?")
        if isPlain, text.utf8.count + used <= 998 { return text }
        var words: [String] = []
        var chunk: [UInt8] = []
        // The text is split between characters, because RFC 2047 requires each encoded word to be
        // complete.
        for scalar in text.unicodeScalars {
            let bytes = Array(String(scalar).utf8)
            let room = wordMax - (words.isEmpty ? used : 1) - prefix.count - suffix.count
            if !chunk.isEmpty, (chunk.count + bytes.count + 2) / 3 * 4 > room {
                words.append(word(chunk))
                chunk = []
            }
            chunk += bytes
        }
        if !chunk.isEmpty { words.append(word(chunk)) }
        return words.joined(separator: "\r\n ")
    }

    private static func word(_ bytes: [UInt8]) -> String {
        prefix + Data(bytes).base64EncodedString() + suffix
    }
}
