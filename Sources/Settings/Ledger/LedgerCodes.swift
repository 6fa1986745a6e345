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
    package struct Code: Hashable, Sendable {
        /// The code as it is stored.
        package var code: String
        /// The name in each language.
        package var names: [Language: String]
        /// The law or practice that the code comes from.
        package var source: String

        /// A code from its parts.
        package init(code: String, names: [Language: String], source: String) {
            self.code = code
            self.names = names
            self.source = source
        }
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
    package func codes(_ list: List) -> [Code] { lists[list] ?? [] }

    /// What a code means; one that the table does not know stands for itself.
    package func name(_ list: List, _ code: String, _ language: Language) -> String {
        codes(list).first { $0.code == code }?.names[language] ?? code
    }

    /// A code that a person gave, as the code itself or by its name in any language.
    /// - Throws: `Failure` that lists the codes.
    package func find(_ list: List, _ text: String) throws -> String {
        let found = codes(list).first { $0.code == text || $0.names.values.contains(text) }
        guard let found else {
            let names = codes(list).map { "\($0.code) \($0.names[.chinese] ?? "")" }
            throw Failure(
                exitCode: 2, "'\(text)' is not among the \(list.rawValue)",
                hint: "write one of: " + names.joined(separator: ", "))
        }
        return found.code
    }
}
