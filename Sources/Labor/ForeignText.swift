/// Makes a text from outside the bureau, such as an enterprise's name, safe to show to people.
///
/// A format adds its own escapes afterwards. Documents for programs (JSON) keep the exact text.
package enum ForeignText {
    /// The text on one line, without characters that control a terminal, change the reading order
    /// (Unicode's bidirectional controls, UAX #9) or are invisible.
    ///
    /// Each run of white space and control characters becomes one space. The joiners U+200C and
    /// U+200D are kept, because scripts and emoji need them.
    package static func oneLine(_ text: String) -> String {
        var line = String.UnicodeScalarView()
        var needsBlank = false
        for scalar in text.unicodeScalars where !isHidden(scalar) {
            if isBlank(scalar) {
                needsBlank = !line.isEmpty
                continue
            }
            if needsBlank { line.append(" ") }
            needsBlank = false
            line.append(scalar)
        }
        return String(line)
    }

    /// The text on one line, without any part that a chat service or a mail program turns into a
    /// link: an address with a scheme, `www.`, `mailto:`, `tel:` and `sms:`, a domain name.
    ///
    /// A full-width character replaces the colon or the full stop, so people can still read the
    /// address.
    package static func unlinked(_ text: String) -> String {
        var scalars = Array(oneLine(text).unicodeScalars)
        for index in scalars.indices {
            if scalars[index] == ":", beginsAddress(scalars, colon: index) {
                scalars[index] = "\u{FF1A}"
            } else if scalars[index] == ".", beginsDomain(scalars, dot: index) {
                scalars[index] = "\u{FF0E}"
            }
        }
        var view = String.UnicodeScalarView()
        view.append(contentsOf: scalars)
        return String(view)
    }

    /// The text on one line for a terminal. A control character becomes a space, a hidden character
    /// is removed, and every space is kept, so that columns stay aligned.
    package static func printable(_ text: String) -> String {
        var view = String.UnicodeScalarView()
        for scalar in text.unicodeScalars where !isHidden(scalar) {
            let isSpace = scalar.properties.generalCategory == .spaceSeparator
            view.append(isBlank(scalar) && !isSpace ? " " : scalar)
        }
        return String(view)
    }

    /// Whether a character changes the reading order of the text around it, or is invisible.
    package static func isHidden(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0xAD, 0x61C, 0x180E, 0x200B, 0x200E, 0x200F, 0x202A...0x202E, 0x2060...0x206F,
            0xFEFF, 0xFFF9...0xFFFB, 0xE0000...0xE007F:
            true
        default: false
        }
    }

    /// Whether a character ends a line, controls a terminal or separates words.
    package static func isBlank(_ scalar: Unicode.Scalar) -> Bool {
        scalar.properties.isWhitespace || scalar.properties.generalCategory == .control
    }

    /// Whether the colon belongs to `scheme://`, `mailto:`, `tel:` or `sms:`.
    private static func beginsAddress(_ scalars: [Unicode.Scalar], colon: Int) -> Bool {
        if scalars[(colon + 1)...].starts(with: "//".unicodeScalars) { return true }
        let word = wordEnding(scalars, before: colon)
        return ["mailto", "tel", "sms"].contains(word)
    }

    /// Whether the full stop follows `www`, or precedes the last part of a domain name.
    private static func beginsDomain(_ scalars: [Unicode.Scalar], dot: Int) -> Bool {
        let before = wordEnding(scalars, before: dot)
        if before == "www" { return true }
        guard dot > 0, isWord(scalars[dot - 1]) else { return false }
        let after = scalars[(dot + 1)...].prefix(while: isWord)
        return endings.contains(text(after))
    }

    /// The ASCII letters and digits directly before an index, in lower case.
    private static func wordEnding(_ scalars: [Unicode.Scalar], before end: Int) -> String {
        let word = scalars[..<end].reversed().prefix { $0.isASCII && isWord($0) }
        return text(word.reversed())
    }

    private static func text(_ scalars: some Sequence<Unicode.Scalar>) -> String {
        var view = String.UnicodeScalarView()
        view.append(contentsOf: scalars)
        return String(view).lowercased()
    }

    private static func isWord(_ scalar: Unicode.Scalar) -> Bool {
        scalar.properties.isAlphabetic || ("0"..."9").contains(scalar)
    }

    /// The top-level domains that messengers turn into links without a scheme: those in common use
    /// in China, and the generic ones (IANA root zone database).
    private static let endings: Set<String> = [
        "app", "art", "biz", "cc", "club", "cn", "co", "com", "cool", "dev", "edu", "fun", "gov",
        "group", "hk", "icu", "info", "ink", "io", "link", "live", "ltd", "me", "mobi", "net",
        "online", "org", "pro", "pub", "ren", "ru", "shop", "site", "space", "store", "tech",
        "top", "tv", "tw", "us", "vip", "wang", "website", "win", "work", "xin", "xyz", "中国",
        "中國", "公司", "商店", "在线", "网址", "网络", "集团",
    ]
}

extension String {
    /// The text on one line, see `ForeignText.oneLine`.
    package var onOneLine: String { ForeignText.oneLine(self) }
}

extension String {
    /// The text with some Unicode scalars replaced.
    ///
    /// Swift's own `replacing` compares grapheme clusters. There, a quote with a combining accent
    /// is not a quote, but a parser of the result sees a quote.
    package func replacingScalars(_ table: [Unicode.Scalar: String]) -> String {
        guard unicodeScalars.contains(where: { table[$0] != nil }) else { return self }
        var view = String.UnicodeScalarView()
        for scalar in unicodeScalars {
            if let replacement = table[scalar] {
                view.append(contentsOf: replacement.unicodeScalars)
            } else {
                view.append(scalar)
            }
        }
        return String(view)
    }
}
