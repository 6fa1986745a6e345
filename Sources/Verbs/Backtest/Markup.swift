import Labor

/// Escapes text for HTML that is also XML, and for Markdown.
enum Markup {
    /// A text for HTML, inside elements and in quoted attributes. Characters that XML does not
    /// allow, such as control characters from a bureau's table, and hidden characters are left out.
    static func html(_ text: String) -> String {
        var view = String.UnicodeScalarView()
        view.append(contentsOf: text.unicodeScalars.filter { !ForeignText.isHidden($0) })
        return XMLText.escaped(String(view))
    }

    /// A text for one cell of a Markdown table: one line with escaped marks, without any part that
    /// a viewer turns into a link.
    static func markdown(_ text: String) -> String {
        var result = ""
        for scalar in ForeignText.unlinked(text).unicodeScalars {
            switch scalar {
            case "\\", "`", "*", "_", "[", "]", "|", "#", "~":
                result += "\\"
                result.unicodeScalars.append(scalar)
            case "&": result += "&amp;"
            case "<": result += "&lt;"
            case ">": result += "&gt;"
            case "@": result += "＠"
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result
    }
}
