/// Escapes text for XML 1.0, and for HTML that is also XML.
package enum XMLText {
    /// A text for elements and for quoted attributes.
    /// - Parameter unknown: the replacement of a character that XML 1.0 does not allow, such as
    ///   most control characters.
    package static func escaped(_ text: String, unknown: String = "") -> String {
        var result = String.UnicodeScalarView()
        for scalar in text.unicodeScalars {
            switch scalar.value {
            case 0x26: result.append(contentsOf: "&amp;".unicodeScalars)
            case 0x3C: result.append(contentsOf: "&lt;".unicodeScalars)
            case 0x3E: result.append(contentsOf: "&gt;".unicodeScalars)
            case 0x22: result.append(contentsOf: "&quot;".unicodeScalars)
            case 0x27: result.append(contentsOf: "&#39;".unicodeScalars)
            // A parser converts a bare carriage return into a line feed.
            case 0x0D: result.append(contentsOf: "&#13;".unicodeScalars)
            case 0x09, 0x0A, 0x20...0xD7FF, 0xE000...0xFFFD, 0x1_0000...: result.append(scalar)
            default: result.append(contentsOf: unknown.unicodeScalars)
            }
        }
        return String(result)
    }
}
