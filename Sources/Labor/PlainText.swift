/// Texts of the source as they may be stored and shown: on one line, in the order in which they are
/// read, and of a bounded length.
package enum PlainText {
    /// A name of more characters (Unicode scalars) than this is no name; the longest registered
    /// names of enterprises have fewer than 100.
    package static let nameMax = 200
    /// A code of more characters (Unicode scalars) than this is no code, and an index cannot hold
    /// it; GB/T 2260 and GB/T 4754 use at most 12.
    package static let codeMax = 64
    /// A value that is quoted in a message is cut after so many characters (Unicode scalars).
    package static let quotedMax = 200

    /// Whether a character changes the line, the reading order or nothing that can be seen:
    /// controls, line and paragraph separators, bidirectional controls (Unicode TR 9), invisible
    /// marks, and code points that are no characters. Combining marks are not among them, for
    /// Tibetan is written with them; nor are the joiners of scripts.
    package static func isUnsafe(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x20...0x7E: return false
        case 0x00...0x1F, 0x7F...0x9F: return true
        case 0x061C, 0x200B, 0x200E, 0x200F, 0x2028...0x202E, 0x2060...0x206F, 0xFEFF: return true
        case 0xFDD0...0xFDEF, 0xFFF9...0xFFFB: return true
        default: return scalar.value & 0xFFFE == 0xFFFE
        }
    }

    /// Whether a text has at most so many characters (Unicode scalars), none of them unsafe.
    package static func isPlain(_ text: String, limit: Int) -> Bool {
        var count = 0
        for scalar in text.unicodeScalars {
            count += 1
            if count > limit || isUnsafe(scalar) { return false }
        }
        return true
    }

    /// A text without unsafe characters, cut after so many characters (Unicode scalars). What
    /// separates lines or columns becomes a blank; blanks at both ends go.
    package static func cleaned(_ text: String, limit: Int) -> String {
        var kept = String.UnicodeScalarView()
        var count = 0
        for scalar in text.unicodeScalars {
            var scalar = scalar
            if isUnsafe(scalar) {
                guard scalar.properties.isWhitespace else { continue }
                scalar = " "
            }
            if kept.isEmpty, scalar == " " { continue }
            guard count < limit else {
                kept.append("…")
                break
            }
            kept.append(scalar)
            count += 1
        }
        while kept.last == " " { kept.removeLast() }
        return String(kept)
    }

    /// A value as a message quotes it: unsafe characters as `\u{202E}`, a long value cut, with its
    /// length behind. A quoted value that is quoted again stays as it is.
    package static func quoted(_ text: String) -> String {
        // A cut value is longer than the limit by one escape and by its length.
        if isPlain(text, limit: quotedMax + 40) { return text }
        var shown = String.UnicodeScalarView()
        var count = 0
        var isCut = false
        for scalar in text.unicodeScalars {
            count += 1
            isCut = isCut || shown.count >= quotedMax
            if isCut { continue }
            if isUnsafe(scalar) {
                let digits = String(scalar.value, radix: 16, uppercase: true)
                shown.append(contentsOf: "\\u{\(digits)}".unicodeScalars)
            } else {
                shown.append(scalar)
            }
        }
        return String(shown) + (isCut ? "… (\(count) characters)" : "")
    }
}
