import Foundation

/// Header text beyond ASCII (RFC 2047).
enum EncodedWord {
    /// The longest encoded word, and the longest line that holds one.
    private static let wordMax = 75
    private static let prefix = "=?UTF-8?B?"
    private static let suffix = "?="

    /// A header's value, folded; ASCII goes as it is.
    /// - Parameter used: characters of the first line that are taken already.
    static func header(_ text: String, after used: Int) -> String {
        let isPlain = text.utf8.allSatisfy { $0 >= 0x20 && $0 < 0x7F } && !text.contains("=?")
        if isPlain, text.utf8.count + used <= 998 { return text }
        var words: [String] = []
        var chunk: [UInt8] = []
        // A word is cut between characters, for each must be whole by itself.
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
