/// The shape of the catalogue's files, read as plain text: the loader's own tests read the meaning.
enum RuleText {
    /// The languages that every rule speaks.
    static let languages = ["zh-CN", "en"]
    /// The tiers that a rule may have.
    static let tiers = ["blue", "yellow", "orange", "red"]

    /// What a rule's file lacks: a field, a language of its description, a tier's source.
    static func complaints(path: String, text: String) -> [Complaint] {
        let top = sections(of: text, indentation: 0)
        func complain(_ message: String, at line: Int = 1) -> Complaint {
            Complaint(path: path, line: line, message: message)
        }
        var found = ["rule", "detector", "kind", "description", "tiers"]
            .filter { top[$0] == nil }.map { complain("the field \($0) is missing") }
        for field in ["rule", "detector", "kind"] where top[field]?.text.isEmpty == true {
            found.append(complain("the field \(field) is empty", at: top[field]?.line ?? 1))
        }
        if let description = top["description"] {
            found += languages.filter { !description.text.contains("\($0):") }
                .map { complain("the description has no \($0)", at: description.line) }
        }
        if let block = top["tiers"] {
            let rungs = sections(of: block.text, indentation: 2)
            if rungs.isEmpty { found.append(complain("no tier", at: block.line)) }
            for (name, rung) in rungs.sorted(by: { $0.value.line < $1.value.line }) {
                let line = block.line + rung.line - 1
                if !tiers.contains(name) { found.append(complain("\(name) is no tier", at: line)) }
                if !rung.text.contains("source:") {
                    found.append(complain("tier \(name) names no source", at: line))
                }
            }
        }
        return found
    }

    /// The rules that a file of texts does not give a title and a summary.
    static func complaints(path: String, texts: String, rules: [String]) -> [Complaint] {
        let block = sections(of: texts, indentation: 0)["rules"]
        let entries = sections(of: block?.text ?? "", indentation: 2)
        return rules.flatMap { rule in
            ["title", "summary"].filter { entries[rule]?.text.contains("\($0):") != true }
                .map {
                    Complaint(
                        path: path,
                        line: entries[rule].map { $0.line + (block?.line ?? 1) - 1 } ?? 1,
                        message: "rule \(rule) has no \($0)")
                }
        }
    }

    /// The id that a rule's file gives itself.
    static func id(of text: String) -> String? {
        sections(of: text, indentation: 0)["rule"]?.text.trimmed
    }

    /// The keys at an indentation, each with its first line and all text up to the next such key.
    private static func sections(
        of text: String, indentation: Int
    ) -> [String: (line: Int, text: String)] {
        var found: [String: (line: Int, text: String)] = [:]
        var current: String?
        for (index, line) in text.split(separator: "\n", omittingEmptySubsequences: false)
            .enumerated()
        {
            let depth = line.prefix { $0 == " " }.count
            let content = line.dropFirst(depth)
            if depth == indentation, let first = content.first, !"#-]}".contains(first),
                let colon = content.firstIndex(of: ":")
            {
                let key = content[..<colon].filter { $0 != "\"" && $0 != "'" }
                found[key] = (index + 1, content[content.index(after: colon)...].trimmed + "\n")
                current = key
            } else if let current {
                found[current]?.text += line + "\n"
            }
        }
        return found.mapValues { ($0.line, $0.text == "\n" ? "" : $0.text) }
    }
}

extension StringProtocol {
    /// The text without blanks and line ends around it.
    var trimmed: String {
        let start = drop { $0.isWhitespace }
        return String(start.reversed().drop { $0.isWhitespace }.reversed())
    }
}
