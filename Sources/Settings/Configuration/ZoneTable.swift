import Deliver
import Foundation
import Labor

/// The names of time zones that mean one place each: those of the tz database's zone tables
/// (`zone1970.tab`, `zone.tab`), and `UTC`.
///
/// Foundation and libc know more names: abbreviations such as CST, which is China's, Cuba's and
/// Chicago's time, offsets whose sign is read both ways, and old spellings. None of them is taken.
enum ZoneTable {
    /// The folders with the tables of time zones. Only the first folder that has a table is read.
    private static let folders = ["/usr/share/zoneinfo", "/usr/lib/zoneinfo", "/etc/zoneinfo"]

    /// The only accepted name that is not a place. It has no summer time and no second meaning.
    static let universal = "UTC"

    /// All names, in order.
    static let names: [String] = {
        let tables = folders.lazy.map { folder in
            ["zone1970.tab", "zone.tab"].compactMap {
                try? TextReader.read("\(folder)/\($0)")
            }
        }
        let found = (tables.first { !$0.isEmpty } ?? []).flatMap(column)
        // A system without the tables: a name with a slash is a place there, too.
        let places =
            found.isEmpty
            ? TimeZone.knownTimeZoneIdentifiers.filter { $0.contains("/") && !$0.hasPrefix("Etc/") }
            : found
        return Set(places + [universal]).sorted()
    }()

    private static let known = Set(names)

    /// For an old name, such as Asia/Chongqing, the present name. Empty when the system has no such
    /// list.
    private static let links: [String: String] = {
        let text = folders.lazy.compactMap { try? TextReader.read("\($0)/tzdata.zi") }.first ?? ""
        var links: [String: String] = [:]
        for line in text.split(whereSeparator: \.isNewline) where line.hasPrefix("L ") {
            let words = line.split(separator: " ").map(String.init)
            if words.count == 3, known.contains(words[1]) { links[words[2]] = words[1] }
        }
        return links
    }()

    /// Whether `name` is exactly one of the names.
    static func contains(_ name: String) -> Bool { known.contains(name) }

    /// The hint for a name that is not known: which name to write instead.
    static func hint(_ wrong: String) -> String {
        let city = wrong.split(separator: "/").last.map(String.init) ?? wrong
        let cities = Dictionary(
            names.map { ($0.split(separator: "/").last.map(String.init) ?? $0, $0) },
            uniquingKeysWith: { first, _ in first })
        let near =
            NearestName.near(wrong, among: names)
            ?? NearestName.near(city, among: Array(cities.keys)).flatMap { cities[$0] }
        let isAbbreviation = wrong.count <= 5 && wrong.allSatisfy { $0.isUppercase || $0.isNumber }
        if isAbbreviation {
            return "an abbreviation names several zones; write a place, such as Asia/Shanghai"
        }
        guard let place = links[wrong] ?? near else {
            return "write a name of the tz database's zone table, such as Asia/Shanghai"
        }
        let china = place == "Asia/Shanghai" ? "" : " China's zone is Asia/Shanghai"
        return "did you mean '\(place)'?" + china
    }

    /// The third column of a zone table; a line that begins with # is a remark.
    private static func column(_ table: String) -> [String] {
        table.split(whereSeparator: \.isNewline).compactMap { line in
            let columns = line.split(separator: "\t")
            return line.hasPrefix("#") || columns.count < 3 ? nil : String(columns[2])
        }
    }
}
