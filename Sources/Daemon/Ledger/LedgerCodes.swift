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
    struct Code: Hashable, Sendable {
        var code: String
        var names: [Language: String]
        var source: String
    }

    private let lists: [List: [Code]]

    /// The table inside the binary, and a bureau's own file on top of it, list by list.
    /// - Parameter path: the bureau's own file; nil for none.
    /// - Throws: `ConfigurationError` with every problem of either file.
    package static func load(_ path: String?) throws(ConfigurationError) -> LedgerCodes {
        var reader = LedgerCodesReader()
        reader.read(CatalogueFile.builtIn("measures.yaml"))
        if let path { reader.read(CatalogueFile.one(path, &reader.values)) }
        let problems = reader.values.problems.inOrder()
        guard problems.isEmpty else { throw ConfigurationError(problems: problems) }
        return LedgerCodes(lists: reader.lists)
    }

    private init(lists: [List: [Code]]) {
        self.lists = lists
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
