package import Labor

/// The code table of the ledger: measures, the check list of a layoff plan, reasons for closing.
package struct LedgerCodes: Sendable {
    /// One list of the table.
    package enum List: String, CaseIterable, Sendable {
        /// What can be done.
        case measures
        /// What a layoff plan is checked for.
        case checks
        /// Why a case is closed.
        case closings
        /// What an item of the check list is answered with.
        case answers
    }

    /// One code.
    struct Code: Sendable {
        var code: String
        var names: [Language: String]
        var source: String
    }

    private let lists: [List: [Code]]

    /// The table inside the binary.
    /// - Throws: `ConfigurationError` when the built-in file is wrong, which a test rules out.
    package static func builtIn() throws(ConfigurationError) -> LedgerCodes {
        var problems: [ConfigurationProblem] = []
        var reader = YAMLReader()
        var lists: [List: [Code]] = [:]
        for file in CatalogueFile.builtIn("measures.yaml") {
            guard let root = YAMLNode.read(file.text, file: file.name, problems: &problems),
                reader.map(root, keys: List.allCases.map(\.rawValue)) != nil
            else { continue }
            for list in List.allCases {
                guard let node = root[list.rawValue] else { continue }
                lists[list] = (reader.list(node, of: "codes") ?? []).compactMap {
                    read($0, &reader)
                }
            }
        }
        problems += reader.problems
        guard problems.isEmpty else { throw ConfigurationError(problems: problems) }
        return LedgerCodes(lists: lists)
    }

    private init(lists: [List: [Code]]) {
        self.lists = lists
    }

    private static func read(_ node: YAMLNode, _ reader: inout YAMLReader) -> Code? {
        let keys = ["code", "source"] + Language.allCases.map(\.rawValue)
        guard reader.map(node, keys: keys, required: keys) != nil,
            let code = node["code"].flatMap({ reader.line($0) }),
            let source = node["source"].flatMap({ reader.line($0) })
        else { return nil }
        var names: [Language: String] = [:]
        for language in Language.allCases {
            names[language] = node[language.rawValue].flatMap { reader.line($0) }
        }
        return Code(code: code, names: names, source: source)
    }

    /// The codes of a list, in order.
    func codes(_ list: List) -> [Code] { lists[list] ?? [] }

    /// What a code means; one that the table does not know stands for itself.
    func name(_ list: List, _ code: String, _ language: Language) -> String {
        codes(list).first { $0.code == code }?.names[language] ?? code
    }

    /// A code that a person gave, as the code itself or by its name in any language.
    /// - Throws: `Failure` that lists the codes.
    func find(_ list: List, _ text: String) throws -> String {
        let found = codes(list).first { $0.code == text || $0.names.values.contains(text) }
        guard let found else {
            let names = codes(list).map { "\($0.code) \($0.names[.chinese] ?? "")" }
            throw Failure(
                exitCode: 2, "'\(text)' is not among the \(list.rawValue)",
                hint: "write one of: " + names.joined(separator: ", "))
        }
        return found.code
    }

    /// The whole table, to look codes up.
    package func listing(_ language: Language) -> Listing {
        Listing(
            columns: [
                .init("list", "类别", "list"), .init("code", "代码", "code"),
                .init("name", "名称", "name"), .init("source", "依据", "source"),
            ],
            rows: List.allCases.flatMap { list in
                codes(list).map { code in
                    [
                        .string(list.rawValue), .string(code.code),
                        .string(code.names[language] ?? code.code), .string(code.source),
                    ]
                }
            })
    }
}
