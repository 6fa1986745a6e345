/// The part of foreign bytes that may be stored and shown.
enum Excerpt {
    /// The first bytes as valid UTF-8 text that ends between two characters; nil when there is
    /// nothing. Control characters are taken out, because PostgreSQL's `text` has no NUL and the
    /// others tell a terminal what to do; line ends and tabs stay.
    static func of(_ bytes: [UInt8], limit: Int = Limits.answerBytesKept) -> String? {
        // A character that the cut would split is left out whole, so that it is not taken for a
        // broken one: at most three continuation bytes precede its end.
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
            // Broken bytes became U+FFFD, which is longer than they were.
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
