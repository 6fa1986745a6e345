import Deliver
import Glibc
import Postgres
import Settings
import Source

/// A CSV file (RFC 4180, UTF-8) with a header, for `source import`.
struct CSVFile {
    private static let chunk = 65_536
    private let path: String
    /// The size of the file in bytes.
    let size: Int
    private let header: [String]

    /// Opens a file and reads its header.
    init(path: String) throws {
        self.path = path
        var status = stat()
        guard stat(path, &status) == 0, let file = fopen(path, "r") else {
            throw Failure(
                exitCode: 2, "\(path) cannot be read: \(String(cString: strerror(errno)))",
                hint: "check the path and its permissions")
        }
        defer { fclose(file) }
        size = Int(status.st_size)
        var line = [CChar](repeating: 0, count: 65_536)
        guard fgets(&line, Int32(line.count), file) != nil else {
            throw Failure(
                exitCode: 2, "\(path) is empty", hint: "the first line names the columns")
        }
        let text: String
        do throws(TextReader.Fault) {
            text = try TextReader.text(line.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)))
        } catch {
            throw Failure(exitCode: 2, "\(path): \(error.message)", hint: error.hint)
        }
        header = text.split(whereSeparator: { $0 == "," || $0.isNewline })
            .map { name in
                String(name.filter { $0 != "\"" && !$0.isWhitespace })
            }
    }

    /// The columns of the header; each must be a column of the table.
    /// - Throws: `Failure` with the first unknown or missing column.
    func columns(for table: SourceTable) throws -> [String] {
        let known = Set(table.loadable)
        for name in header where !known.contains(name) {
            throw Failure(
                exitCode: 2, "\(path), line 1: \(table.standardRelation) has no column '\(name)'",
                hint: "columns are \(known.sorted().joined(separator: ", "))")
        }
        for column in table.columns
        where column.required && !table.hasDefault(column.name) && !header.contains(column.name) {
            throw Failure(
                exitCode: 2, "\(path), line 1: the column '\(column.name)' is missing",
                hint: "\(table.standardRelation) cannot do without it")
        }
        return header
    }

    /// Sends the file to the server. The server checks and stores the whole file or nothing.
    func load(
        into table: SourceTable, columns: [String], _ connection: Connection,
        progress: (Int) -> Void
    ) async throws -> Int {
        let names = columns.map { "\"\($0)\"" }.joined(separator: ", ")
        let sql = """
            COPY \(table.standardRelation) (\(names)) FROM STDIN (FORMAT csv, HEADER true)
            """
        let path = self.path
        do {
            return try await connection.perform { session in
                guard let file = fopen(path, "r") else {
                    throw Failure(exitCode: 2, "\(path) cannot be read any more", hint: "")
                }
                defer { fclose(file) }
                return try session.copyText(sql, deadline: .seconds(3600)) {
                    var piece = [UInt8](repeating: 0, count: CSVFile.chunk)
                    let count = fread(&piece, 1, piece.count, file)
                    return count == 0 ? nil : Array(piece.prefix(count))
                }
            }
        } catch let error as PostgresError {
            guard let place = CSVFile.place(error) else { throw error }
            throw Failure(
                exitCode: 2, "\(path), \(place): \(error.message)",
                hint: "nothing was loaded; mend the line and import the file again")
        }
    }

    /// The place of a wrong value, such as `line 3, column headcount`. It is a part of the server's
    /// message `COPY report, line 3, column headcount: "many"`. Nil if the message names no line.
    private static func place(_ error: PostgresError) -> String? {
        guard let words = error.context, let start = words.firstRange(of: ", line ") else {
            return nil
        }
        return "line " + words[start.upperBound...].prefix { $0 != ":" }
    }
}

extension SourceTable {
    fileprivate func hasDefault(_ column: String) -> Bool {
        ["reported_at", "event_id"].contains(column)
    }
}
