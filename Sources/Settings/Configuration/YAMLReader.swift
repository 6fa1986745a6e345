import Foundation
import Labor

/// Reads typed values from YAML nodes and collects all problems.
///
/// Each method returns nil when the value is not usable and adds a problem to the list. The caller
/// then continues with a default, so that one run reports all problems.
package struct YAMLReader {
    /// The problems so far, in no particular order.
    package private(set) var problems: [ConfigurationProblem] = []

    /// A reader that has found no problem yet.
    package init() {}

    /// Adds a problem at a value.
    package mutating func report(
        _ node: YAMLNode, _ message: String, hint: String = "",
        severity: ConfigurationProblem.Severity = .error
    ) {
        problems.append(
            ConfigurationProblem(
                severity: severity, file: node.file, line: node.line, column: node.column,
                path: node.path, message: message, hint: hint))
    }

    /// Adds problems that were found elsewhere.
    package mutating func report(_ more: [ConfigurationProblem]) {
        problems += more
    }

    /// The text of any scalar, including numbers and flags; nil, with a problem reported, for
    /// another value. The following readers do the same.
    package mutating func text(_ node: YAMLNode, expected: String = "a text") -> String? {
        if case .scalar(let text, _) = node.content { return text }
        report(node, "expected \(expected), found \(node.words)")
        return nil
    }

    /// A text that is not empty and has only one line; otherwise nil, with a problem reported.
    package mutating func line(_ node: YAMLNode, expected: String = "a text") -> String? {
        guard let text = text(node, expected: expected) else { return nil }
        let trimmed = text.trimmingCharacters(in: .whitespacesAndNewlines)
        guard !trimmed.isEmpty, !trimmed.contains(where: \.isNewline) else {
            report(node, "expected \(expected) on one line, found an empty or longer text")
            return nil
        }
        return trimmed
    }

    /// A whole number within a range; otherwise nil, with a problem reported.
    package mutating func whole(_ node: YAMLNode, in range: ClosedRange<Int>) -> Int? {
        let expected = "a whole number from \(range.lowerBound) to \(range.upperBound)"
        guard case .scalar(let text, plain: true) = node.content, let value = Int(text),
            range.contains(value)
        else {
            report(node, "expected \(expected), found \(node.words)")
            return nil
        }
        return value
    }

    /// A finite number; otherwise nil, with a problem reported.
    package mutating func number(_ node: YAMLNode) -> Double? {
        guard let value = node.number else {
            report(node, "expected a number, found \(node.words)")
            return nil
        }
        return value
    }

    /// A truth value; otherwise nil, with a problem reported.
    package mutating func flag(_ node: YAMLNode) -> Bool? {
        guard let value = node.flag else {
            report(node, "expected true or false, found \(node.words)")
            return nil
        }
        return value
    }

    /// A duration such as `60s`, `5m`, `2h` or `7d`, within a range; otherwise nil, with a problem
    /// reported.
    mutating func duration(
        _ node: YAMLNode, in range: ClosedRange<Duration>
    ) -> Duration? {
        let bounds = "from \(range.lowerBound.shortText) to \(range.upperBound.shortText)"
        guard case .scalar(let text, _) = node.content, let value = Duration(shortText: text)
        else {
            var hint = "write a whole number and a unit: 60s, 5m, 2h or 7d"
            if case .scalar(let text, _) = node.content, Int(text) != nil {
                hint = "write the unit, too: \(text)s, \(text)m, \(text)h or \(text)d"
            }
            report(node, "expected a duration \(bounds), found \(node.words)", hint: hint)
            return nil
        }
        guard range.contains(value) else {
            report(node, "expected a duration \(bounds), found \(node.words)")
            return nil
        }
        return value
    }

    /// A value of an enumeration.
    package mutating func choice<Choice: RawRepresentable & CaseIterable>(
        _ node: YAMLNode, of type: Choice.Type
    ) -> Choice? where Choice.RawValue == String {
        let names = Choice.allCases.map(\.rawValue)
        guard case .scalar(let text, _) = node.content else {
            report(
                node, "expected one of \(names.joined(separator: ", ")), found \(node.words)")
            return nil
        }
        if let value = Choice(rawValue: text) { return value }
        report(
            node, "expected one of \(names.joined(separator: ", ")), found \(node.words)",
            hint: NearestName.near(text, among: names).map { "did you mean '\($0)'?" } ?? "")
        return nil
    }

    /// The items of a list; otherwise nil, with a problem reported.
    package mutating func list(_ node: YAMLNode, of items: String = "values") -> [YAMLNode]? {
        if case .list(let nodes) = node.content { return nodes }
        report(
            node, "expected a list of \(items), found \(node.words)",
            hint: "write it in brackets, [a, b], or one item a line after '- '")
        return nil
    }

    /// The entries of a map. An unknown key is a problem with a hint about the most similar known
    /// key; a missing required key is a problem too. Pass nil for `keys` to allow all keys.
    package mutating func map(
        _ node: YAMLNode, keys: [String]?, required: [String] = []
    ) -> [YAMLNode.Entry]? {
        guard case .map(let entries) = node.content else {
            let words = keys.map { " with the keys " + $0.joined(separator: ", ") } ?? ""
            // The message does not quote the value: a connection string in the wrong place may
            // contain a password.
            report(node, "expected a map\(words), found \(node.shape)")
            return nil
        }
        if let keys {
            for entry in entries where !keys.contains(entry.key) {
                unknown(entry, among: keys)
            }
        }
        for key in required where node[key] == nil {
            report(node, "the key '\(key)' is missing", hint: "add '\(key): …'")
        }
        return entries
    }

    /// Adds the problem of an unknown key.
    mutating func unknown(_ entry: YAMLNode.Entry, among keys: [String], hint: String? = nil) {
        var place = entry.value
        place.line = entry.line
        place.column = entry.column
        // A key with spaces or symbols is probably a value in the wrong place and may contain a
        // password, so it is not quoted.
        let isWord = entry.key.allSatisfy { $0.isLetter || $0.isNumber || "._-".contains($0) }
        guard isWord, entry.key.count <= 63 else {
            place.path = String(place.path.dropLast(entry.key.count))
            report(
                place, "there is a key here that is no plain word",
                hint: "write 'name: value', and put a value with signs into quotes")
            return
        }
        report(
            place, "there is no key '\(entry.key)' here",
            hint: hint ?? NearestName.hint(entry.key, among: keys))
    }
}

extension YAMLNode {
    /// The finite number of a scalar without quotes; nil when it is not a number.
    package var number: Double? {
        guard case .scalar(let text, plain: true) = content,
            let first = text.utf8.first(where: {
                $0 != UInt8(ascii: "-") && $0 != UInt8(ascii: "+")
            }),
            first == UInt8(ascii: ".") || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(first),
            let value = Double(text), value.isFinite
        else { return nil }
        return value
    }

    /// The truth value of a scalar without quotes; nil when it is none.
    package var flag: Bool? {
        guard case .scalar(let text, plain: true) = content else { return nil }
        switch text.lowercased() {
        case "true", "yes", "on": return true
        case "false", "no", "off": return false
        default: return nil
        }
    }
}
