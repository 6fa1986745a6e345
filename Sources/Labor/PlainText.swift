/// Texts of the source as they may be stored and shown: on one line, in the order in which they are
/// read, and of a bounded length.
package enum PlainText {
    /// The maximum length of a name, in characters (Unicode scalars). The longest registered names
    /// of enterprises have fewer than 100.
    package static let nameMax = 200
    /// The maximum length of a code, in characters (Unicode scalars). A longer text is not accepted
    /// as a code, because a database index limits the size of a key. GB/T 2260 and GB/T 4754 use at
    /// most 12 characters.
    package static let codeMax = 64
    /// The maximum length of a value that is quoted in a message, in characters (Unicode scalars).
    /// A longer value is cut.
    package static let quotedMax = 200

    /// Whether a character is unsafe to print: controls, line and paragraph separators,
    /// bidirectional controls (Unicode TR 9), invisible marks, and code points that are not
    /// characters. Such a character breaks the line, changes the reading order or cannot be seen.
    /// Combining marks are safe, because Tibetan is written with them; joiners of scripts are safe,
    /// too.
    package static func isUnsafe(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x20...0x7E: return false
        case 0x00...0x1F, 0x7F...0x9F: return true
        case 0x061C, 0x200B, 0x200E, 0x200F, 0x2028...0x202E, 0x2060...0x206F, 0xFEFF: return true
        case 0xFDD0...0xFDEF, 0xFFF9...0xFFFB: return true
        default: return scalar.value & 0xFFFE == 0xFFFE
        }
    }

    /// Whether a text has at most `limit` characters (Unicode scalars) and none of them is unsafe.
    package static func isPlain(_ text: String, limit: Int) -> Bool {
        var count = 0
        for scalar in text.unicodeScalars {
            count += 1
            if count > limit || isUnsafe(scalar) { return false }
        }
        return true
    }

    /// A text without its unsafe characters, cut after `limit` characters (Unicode scalars). A
    /// character that separates lines or columns becomes a blank. Blanks at both ends are removed.
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

    /// A value as a message quotes it: an unsafe character is written as `\u{202E}`, and a long
    /// value is cut and followed by its full length. Quoting a quoted value again does not change
    /// it.
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
