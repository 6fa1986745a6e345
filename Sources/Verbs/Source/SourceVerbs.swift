import Alerting
package import Daemon
package import Labor
import Postgres
import Settings
import Source

/// `laborwatch source check|import`.
package struct SourceVerbs: Sendable {
    private let components: Components

    /// The verbs for a configuration.
    package init(_ components: Components) {
        self.components = components
    }

    /// What the source has of each column of the contract, and which amounts seem to be in another
    /// unit than yuan.
    /// - Parameter now: the reports known then are looked at for their units.
    package func check(at now: Instant) async throws -> Listing {
        let reader = try components.reader()
        let shapes = try await reader.inspect()
        let reading = try await reader.read(asOf: components.zone.asOf(now))
        let doubts = UnitScreen.all(in: reading.facts.panel).filter(UnitScreen.isWide)
        var rows: [[JSONValue]] = []
        for shape in shapes {
            for column in shape.table.columns {
                let (found, note): (String, String) =
                    switch shape.finding(column) {
                    case .asContracted: (column.type, "ok")
                    case .converted(let type): (type, "converted to \(column.type)")
                    case .missing: ("", "not there: counts as not reported")
                    }
                let doubt = shape.table == .report ? doubts.first { $0.column == column.name } : nil
                rows.append([
                    .string(shape.relation), .string(column.name), .string(found),
                    .string(doubt.map { "\(note); \(SourceVerbs.note($0))" } ?? note),
                ])
            }
            rows.append([
                .string(shape.relation), .string(SourceTable.watermarkColumn),
                .string(shape.types[SourceTable.watermarkColumn] ?? ""),
                .string(
                    shape.hasWatermark
                        ? "ok" : "not there: changes are found by reported_at with an overlap"),
            ])
        }
        return Listing(
            columns: [
                .init("relation", "表或视图", "relation"), .init("column", "列", "column"),
                .init("found", "类型", "type found"), .init("note", "说明", "note"),
            ], rows: rows, remark: SourceVerbs.remark(doubts, components.catalogue.phrasebooks))
    }

    /// A doubt about the unit, short enough for a column.
    private static func note(_ doubt: UnitDoubt) -> String {
        "unit in doubt: median \(rounded(doubt.median)) a head in \(doubt.enterprises) of "
            + "\(doubt.reporting) enterprises"
    }

    /// The same as sentences, in the words of the system alert.
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
                    + "接口要求以元填列，请在数据源或映射中换算"
            },
            .english: lines(.english) { doubt in
                "\(doubt.column): \(doubt.enterprises) of \(doubt.reporting) enterprises make "
                    + "\(rounded(doubt.median)) yuan a head and month, as if in "
                    + "\(word(doubt.unit.rawValue, .english)); the contract asks for yuan: convert "
                    + "it in the source or its map"
            },
        ]
    }

    private static func rounded(_ amount: Double) -> String {
        Listing.plain(.double((amount * 100).rounded() / 100))
    }

    /// Loads a CSV file with a header into a table of the schema `labor`, all or nothing.
    /// - Returns: how many rows were loaded.
    package func load(_ path: String, into name: String) async throws -> Int {
        guard let table = SourceTable(rawValue: name) else {
            throw Failure(
                exitCode: 2, "there is no table '\(name)'",
                hint: "write \(SourceTable.allCases.map(\.rawValue).joined(separator: ", "))")
        }
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
