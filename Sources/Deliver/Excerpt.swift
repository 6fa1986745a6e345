/// The part of a foreign answer that may be stored and displayed.
enum Excerpt {
    /// The first `limit` bytes as valid UTF-8 text that ends between two characters; nil when the
    /// text is empty. Control characters are removed, because PostgreSQL's `text` cannot store NUL
    /// and the others could control a terminal. Line ends and tabs stay.
    static func of(_ bytes: [UInt8], limit: Int = Limits.answerBytesKept) -> String? {
        // A character that the cut would split is left out completely, so that it does not look
        // like invalid UTF-8. At most three continuation bytes come before the cut.
        var end = min(bytes.count, limit)
        if end < bytes.count {
            var back = 0
            while back < 3, end > 0, bytes[end] & 0b1100_0000 == 0b1000_0000 {
                end -= 1
                back += 1
            }
        }
        let text = String(decoding: bytes[..<end], as: UTF8.self)
        var kept = ""
        var count = 0
        for scalar in text.unicodeScalars where !isControl(scalar) {
            // An invalid byte became U+FFFD, which is longer than the byte.
            count += UTF8.width(scalar)
            if count > limit { break }
            kept.unicodeScalars.append(scalar)
        }
        return kept.isEmpty ? nil : kept
    }

    private static func isControl(_ scalar: Unicode.Scalar) -> Bool {
        scalar.properties.generalCategory == .control && !"\t\r\n".unicodeScalars.contains(scalar)
    }
}
