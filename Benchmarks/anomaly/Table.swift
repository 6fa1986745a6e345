import Foundation

/// A CSV file as columns by name, without quoting.
struct Table {
    private let columns: [String: Int]
    private let rows: [[Substring]]

    init(_ path: String) throws {
        let text = try String(contentsOfFile: path, encoding: .utf8)
        let lines = text.split(whereSeparator: \.isNewline)
        var columns: [String: Int] = [:]
        for (index, name) in (lines.first ?? "").split(separator: ",").enumerated() {
            columns[String(name)] = index
        }
        self.columns = columns
        rows = lines.dropFirst().map { $0.split(separator: ",", omittingEmptySubsequences: false) }
    }

    var count: Int { rows.count }

    func text(_ row: Int, _ name: String) -> String { String(rows[row][columns[name] ?? 0]) }

    func whole(_ row: Int, _ name: String) -> Int { Int(rows[row][columns[name] ?? 0]) ?? 0 }
}

func fixed(_ value: Double, _ digits: Int) -> String {
    String(format: "%.\(digits)f", value)
}
