import Alerting
package import Daemon
package import Labor
import Postgres
package import Settings
import Source

/// `laborwatch source check|import`.
package struct SourceVerbs: Sendable {
    private let components: Components

    /// The verbs for a configuration.
    package init(_ components: Components) {
        self.components = components
    }

    /// For each column of the contract: what the source has, whether it is missing, and whether its
    /// amounts seem to be in another unit than yuan.
    ///
    /// - Parameter now: the units are checked in the reports known at this moment. They are not
    ///   checked if a needed column is missing, because then the reports cannot be read.
    /// - Parameter language: the language of the notes. Formats for programs have the English
    ///   notes, which do not change.
    /// - Returns: the table. If a needed column is missing, also a failure with exit code 1; the
    ///   row of such a column states the purpose of the column.
    package func check(
        at now: Instant, _ language: Language
    ) async throws -> (listing: Listing, failure: Failure?) {
        let reader = try components.reader()
        let shapes = try await reader.inspect(incomplete: true)
        let lacking = shapes.filter { !$0.missing.isEmpty }.map {
            "\($0.relation) has no column \($0.missing.joined(separator: ", "))"
        }
        var doubts: [UnitDoubt] = []
        if lacking.isEmpty {
            let reading = try await reader.read(asOf: components.zone.asOf(now))
            doubts = UnitScreen.all(in: reading.facts.panel).filter(UnitScreen.isWide)
        }
        var rows: [[JSONValue]] = []
        for shape in shapes { rows += SourceVerbs.rows(shape, doubts, language) }
        let listing = Listing(
            columns: [
                .init("relation", "表或视图", "relation"), .init("column", "列", "column"),
                .init("found", "类型", "type found"), .init("note", "说明", "note"),
            ], rows: rows, remark: SourceVerbs.remark(doubts, components.catalogue.phrasebooks))
        guard !lacking.isEmpty else { return (listing, nil) }
        return (
            listing,
            Failure(
                exitCode: 1, lacking.joined(separator: "; "),
                hint:
                    "let the table, view or query give the columns that are marked as needed above"
            )
        )
    }

    /// A doubt about the unit, short enough for a column.
    private static func note(_ doubt: UnitDoubt) -> String {
        "unit in doubt: median \(rounded(doubt.median)) a head in \(doubt.enterprises) of "
            + "\(doubt.reporting) enterprises"
    }

    /// The doubts as sentences, in the words of the system alert.
    private static func remark(
        _ doubts: [UnitDoubt], _ books: [Language: Phrasebook]
    ) -> [Language: String] {
        guard !doubts.isEmpty else { return [:] }
        func word(_ mark: String, _ language: Language) -> String {
            books[language]?.mark("unit", mark) ?? mark
        }
        func lines(_ language: Language, _ line: (UnitDoubt) -> String) -> String {
            doubts.map(line).joined(separator: "\n")
        }
        return [
            .chinese: lines(.chinese) { doubt in
                "\(doubt.column)：\(doubt.enterprises)户（共\(doubt.reporting)户填报）折合人均每月"
                    + "\(rounded(doubt.median))元，疑似以\(word(doubt.unit.rawValue, .chinese))填列；"
                    + "接口要求金额以元、人数以人填列，请在数据源或映射中换算"
            },
            .english: lines(.english) { doubt in
                "\(doubt.column): \(doubt.enterprises) of \(doubt.reporting) enterprises make "
                    + "\(rounded(doubt.median)) yuan per head and month, as if in "
                    + "\(word(doubt.unit.rawValue, .english)); the contract asks for yuan and for "
                    + "persons: convert in the source or its map"
            },
        ]
    }

    private static func rounded(_ amount: Double) -> String {
        Listing.plain(.double((amount * 100).rounded() / 100))
    }

    /// What was found of each column of a table, with a doubt about its unit. For a missing column,
    /// the row of the contract.
    private static func rows(
        _ shape: TableShape, _ doubts: [UnitDoubt], _ language: Language
    ) -> [[JSONValue]] {
        let isChinese = language == .chinese
        let contract = Dictionary(
            shape.table.contract.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
        var rows = shape.table.columns.map { column -> [JSONValue] in
            let (found, note): (String, String) =
                switch shape.finding(column) {
                case .asContracted: (column.type, "ok")
                case .converted(let type):
                    (type, isChinese ? "转换为 \(column.type)" : "converted to \(column.type)")
                case .missing where column.required:
                    ("", missing(column, contract[column.name], language))
                case .missing:
                    ("", isChinese ? "没有：视为未报" : "not there: counts as not reported")
                }
            let doubt = shape.table == .report ? doubts.first { $0.column == column.name } : nil
            return [
                .string(shape.relation), .string(column.name), .string(found),
                .string(doubt.map { "\(note); \(SourceVerbs.note($0))" } ?? note),
            ]
        }
        let mark = SourceTable.watermarkColumn
        let byTime =
            isChinese
            ? "没有：按 reported_at 加重叠时段查找变动"
            : "not there: changes are found by reported_at with an overlap"
        rows.append([
            .string(shape.relation), .string(mark), .string(shape.types[mark] ?? ""),
            .string(shape.hasWatermark ? "ok" : byTime),
        ])
        return rows
    }

    /// The requirements for a missing column: type, unit and purpose.
    private static func missing(
        _ column: SourceTable.Column, _ contract: SourceTable.ContractColumn?, _ language: Language
    ) -> String {
        let unit = contract?.unit[language] ?? ""
        let type = contract?.type ?? column.type
        let what = [type, unit].filter { !$0.isEmpty }.joined(
            separator: language == .chinese ? "，" : ", ")
        let meaning = contract?.meaning[language] ?? ""
        return language == .chinese
            ? "没有，必需：\(what)；\(meaning)" : "not there, needed: \(what); \(meaning)"
    }

    /// The contract: for each column of the six tables, the content, type, unit, purpose, and
    /// whether a source must have it. The function does not connect to a database.
    /// - Parameter table: only this table; nil for all.
    package static func contract(_ table: String?, _ language: Language) throws -> Listing {
        let isChinese = language == .chinese
        let tables = try table.map { [try named($0)] } ?? SourceTable.allCases
        return Listing(
            columns: [
                .init("table", "表", "table"), .init("column", "列", "column"),
                .init("type", "类型", "type"), .init("unit", "单位", "unit"),
                .init("needed", "必需", "needed"), .init("what_for", "含义与用途", "what for"),
            ],
            rows: tables.flatMap { table in
                table.contract.map { column in
                    [
                        .string(table.rawValue), .string(column.name), .string(column.type),
                        .string(column.unit[language] ?? ""),
                        .string(
                            column.isNeeded ? (isChinese ? "是" : "yes") : (isChinese ? "否" : "no")),
                        .string(column.meaning[language] ?? ""),
                    ]
                }
            })
    }

    /// The header of a CSV file that `source import` accepts for a table.
    package static func template(_ table: String) throws -> String {
        try named(table).loadable.joined(separator: ",") + "\r\n"
    }

    private static func named(_ name: String) throws -> SourceTable {
        guard let table = SourceTable(rawValue: name) else {
            let names = SourceTable.allCases.map(\.rawValue)
            throw Failure(
                exitCode: 2, "there is no table '\(name)'",
                hint: "write \(names.joined(separator: ", "))"
                    + (NearestName.near(name, among: names).map { "; did you mean '\($0)'?" } ?? "")
            )
        }
        return table
    }

    /// Loads a CSV file with a header into a table of the schema `labor`. The whole file is stored,
    /// or nothing.
    /// - Returns: the number of loaded rows.
    package func load(_ path: String, into name: String) async throws -> Int {
        let table = try SourceVerbs.named(name)
        let file = try CSVFile(path: path)
        let bar = Progress("import", total: file.size)
        let columns = try file.columns(for: table)
        let connection = try await Connection.open(try components.sourceOptions())
        do {
            let rows = try await file.load(into: table, columns: columns, connection) {
                bar.show($0)
            }
            bar.end()
            await connection.close()
            return rows
        } catch {
            bar.end()
            await connection.close()
            throw error
        }
    }
}
