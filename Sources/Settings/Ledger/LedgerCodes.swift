package import Labor

/// The code table of the ledger: measures, the check list for layoff plans, and reasons for closing
/// a case.
package struct LedgerCodes: Sendable {
    /// One list of the table.
    package enum List: String, CaseIterable, Sendable {
        /// The measures that an officer can take.
        case measures
        /// The check list for a layoff plan.
        case checks
        /// The reasons for closing a case.
        case closings
        /// The answers to an item of the check list.
        case answers
    }

    /// One code of a list.
    package struct Code: Hashable, Sendable {
        /// The code as the ledger stores it.
        package var code: String
        /// The name in each language.
        package var names: [Language: String]
        /// The law or practice that the code comes from.
        package var source: String

        /// Creates a code. Each argument sets the property of the same name.
        package init(code: String, names: [Language: String], source: String) {
            self.code = code
            self.names = names
            self.source = source
        }
    }

    private let lists: [List: [Code]]

    /// The built-in table, extended by the bureau's own file, which replaces whole lists.
    /// - Parameter path: the bureau's own file; nil for none.
    /// - Throws: `ConfigurationError` with all problems of both files.
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

    /// The name of a code in a language; the code itself when it is unknown.
    package func name(_ list: List, _ code: String, _ language: Language) -> String {
        codes(list).first { $0.code == code }?.names[language] ?? code
    }

    /// The code that a person entered, as the code itself or as its name in any language.
    /// - Throws: a `Failure` with exit code 2 that lists the codes.
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
