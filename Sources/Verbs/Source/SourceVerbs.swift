package import Daemon
import Labor
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

    /// What the source has of each column of the contract.
    package func check() async throws -> Listing {
        let shapes = try await components.reader().inspect()
        var rows: [[JSONValue]] = []
        for shape in shapes {
            for column in shape.table.columns {
                let (found, note): (String, String) =
                    switch shape.finding(column) {
                    case .asContracted: (column.type, "ok")
                    case .converted(let type): (type, "converted to \(column.type)")
                    case .missing: ("", "not there: counts as not reported")
                    }
                rows.append([
                    .string(shape.relation), .string(column.name), .string(found), .string(note),
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
            ], rows: rows)
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
