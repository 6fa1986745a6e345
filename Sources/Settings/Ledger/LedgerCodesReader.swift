import Alerting
import Labor

/// Reads files of the ledger's code table and collects their problems.
struct LedgerCodesReader {
    var values = YAMLReader()
    var lists: [LedgerCodes.List: [LedgerCodes.Code]] = [:]

    private static let letters = Set("abcdefghijklmnopqrstuvwxyz0123456789_")

    /// Reads files. A list replaces the whole list of an earlier file.
    mutating func read(_ files: [CatalogueFile]) {
        for file in files {
            var problems: [ConfigurationProblem] = []
            let root = YAMLNode.read(file.text, file: file.name, problems: &problems)
            values.report(problems)
            let names = LedgerCodes.List.allCases.map(\.rawValue)
            guard problems.isEmpty, let root, values.map(root, keys: names) != nil else { continue }
            for list in LedgerCodes.List.allCases {
                guard let node = root[list.rawValue] else { continue }
                lists[list] = readList(node, list)
            }
        }
    }

    private mutating func readList(
        _ node: YAMLNode, _ list: LedgerCodes.List
    ) -> [LedgerCodes.Code] {
        guard let items = values.list(node, of: "codes") else { return [] }
        if items.isEmpty {
            values.report(
                node, "expected at least one code, found none",
                hint: "leave '\(list.rawValue)' out to keep what is built in")
        }
        var codes: [LedgerCodes.Code] = []
        for item in items {
            guard let code = readCode(item) else { continue }
            if list == .answers { checkAnswer(item, code) }
            checkNew(item, code, codes)
            codes.append(code)
        }
        guard list == .answers, !items.isEmpty, codes.count == items.count else { return codes }
        for answer in LedgerEntry.Answer.allCases
        where !codes.contains(where: { $0.code == answer.rawValue }) {
            values.report(
                node, "the answer '\(answer.rawValue)' has no name",
                hint: "add {code: \"\(answer.rawValue)\", …}: it may stand in the ledger")
        }
        return codes
    }

    private mutating func readCode(_ node: YAMLNode) -> LedgerCodes.Code? {
        let keys = ["code", "source"] + Language.allCases.map(\.rawValue)
        guard values.map(node, keys: keys, required: keys) != nil,
            let place = node["code"], let code = values.line(place, expected: "a code"),
            let source = node["source"].flatMap({ values.line($0) })
        else { return nil }
        guard code.count <= 63, code.allSatisfy(LedgerCodesReader.letters.contains) else {
            values.report(
                place, "expected a code of a-z, 0-9 and _, found \(place.words)",
                hint: "it is kept for good; what people read stands beside it in each language")
            return nil
        }
        var names: [Language: String] = [:]
        for language in Language.allCases {
            names[language] = node[language.rawValue].flatMap { values.line($0) }
        }
        return LedgerCodes.Code(code: code, names: names, source: source)
    }

    /// Reports a word that two codes share. People enter a code or one of its names, so each word
    /// must be unique.
    private mutating func checkNew(
        _ node: YAMLNode, _ code: LedgerCodes.Code, _ earlier: [LedgerCodes.Code]
    ) {
        let words = Set([code.code] + code.names.values)
        for other in earlier {
            let both = words.intersection([other.code] + other.names.values)
            guard let word = both.contains(code.code) ? code.code : both.min() else { continue }
            values.report(
                node, "'\(word)' stands for \(other.code) already",
                hint: "codes and names are given on the command line: each means one thing")
        }
    }

    /// Reports an unknown answer. The program counts answers, so their codes are fixed and only
    /// their names may be changed.
    private mutating func checkAnswer(_ node: YAMLNode, _ code: LedgerCodes.Code) {
        guard LedgerEntry.Answer(rawValue: code.code) == nil else { return }
        values.report(
            node["code"] ?? node, "there is no answer '\(code.code)'",
            hint: NearestName.hint(code.code, among: LedgerEntry.Answer.allCases.map(\.rawValue)))
    }
}
