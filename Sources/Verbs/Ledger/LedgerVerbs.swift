package import Daemon
package import Labor
import Settings
import Store

/// `laborwatch ledger list|show|export|codes`: the ledger of enterprises in difficulty.
///
/// These commands read the ledger. The daemon opens a case automatically for an orange or red alert
/// of an enterprise; a further alert may move the first visit of an open case to an earlier day.
/// All other changes are made by persons (`ledger open`, `ledger measure` and so on), which
/// `StepDesk` applies.
package struct LedgerVerbs: Sendable {
    private let components: Components
    private let codes: LedgerCodes

    /// The verbs for a configuration.
    package init(_ components: Components) {
        self.components = components
        codes = components.ledgerCodes
    }

    /// The selection of cases.
    package enum Choice: Hashable, Sendable {
        /// Open cases.
        case open
        /// Open cases with an overdue follow-up.
        case overdue
        /// Also closed cases.
        case all
    }

    /// Cases, latest opened first.
    package func list(
        _ choice: Choice, at: Instant, language: Language
    ) async throws -> Listing {
        let cases = try await components.withStore { try await $0.ledger(selection(choice, at)) }
        return LedgerTable(zone: components.zone, codes: codes, language: language).cases(cases)
    }

    /// One case with all its entries: three tables as text, or one object as JSON.
    /// - Throws: `Failure` for CSV, because one CSV file cannot contain three tables.
    package func show(
        _ id: Int64, format: Listing.Format, language: Language
    ) async throws -> String {
        guard format != .csv else {
            throw Failure(
                exitCode: 2, "a case is no table",
                hint: "use --format text or json; laborwatch ledger export writes the ledger as CSV"
            )
        }
        let file = try await components.withStore { try await $0.ledgerFile(id) }
        let table = LedgerTable(zone: components.zone, codes: codes, language: language)
        guard format == .text else { return JSONText.line(table.json(file)) + "\n" }
        return [table.cases([file.head]), table.checkList(file), table.entries([file])]
            .map { $0.printed(.text, language: language) }.joined(separator: "\n")
    }

    /// The code table.
    package func codeTable(_ language: Language) -> Listing { codes.listing(language) }

    /// The bytes of a file with the ledger: the cases alone as CSV, or cases, entries and codes as
    /// XLSX.
    package func export(
        _ choice: Choice, asWorkbook: Bool, at: Instant, language: Language
    ) async throws -> [UInt8] {
        let (cases, files) = try await components.withStore { store in
            let cases = try await store.ledger(selection(choice, at))
            var files: [LedgerFile] = []
            if asWorkbook {
                for one in cases { files.append(try await store.ledgerFile(one.id)) }
            }
            return (cases, files)
        }
        let table = LedgerTable(zone: components.zone, codes: codes, language: language)
        guard asWorkbook else {
            return Array(table.cases(cases).forSpreadsheet(language).utf8)
        }
        return Workbook(
            sheets: [
                (language == .chinese ? "台账" : "cases", table.cases(cases)),
                (language == .chinese ? "记录" : "entries", table.entries(files)),
                (language == .chinese ? "代码" : "codes", codes.listing(language)),
            ], language: language
        ).bytes
    }

    private func selection(_ choice: Choice, _ at: Instant) -> PostgresStore.LedgerSelection {
        switch choice {
        case .open: .open
        case .overdue: .overdue(at)
        case .all: .all
        }
    }
}
