import Alerting
import Deliver
import Foundation
import Labor
import Source

/// Settings that need more than a type check. Each is checked as far as possible without a
/// connection.
extension Configuration {
    static func readDSN(
        _ path: String, fallback: String, _ reader: inout SettingsReader
    ) -> DSN? {
        guard let node = reader.find(path, fallback: fallback) else { return nil }
        let hint =
            "write \"host=/run/postgresql dbname=bureau\" or postgresql://host/bureau; "
            + "a password belongs into ~/.pgpass or passfile="
        // The reader's own messages quote the value, and this value may contain a password.
        guard case .scalar(let text, _) = node.content else {
            reader.values.report(
                node, "expected a connection string, found \(node.words)", hint: hint)
            return nil
        }
        let dsn = DSN(text)
        if let mistake = dsn.mistake {
            reader.values.report(node, "this is no connection string: \(mistake)", hint: hint)
            return nil
        }
        return dsn
    }

    static func readMaps(_ reader: inout SettingsReader) -> SourceMap {
        var map = SourceMap()
        for table in SourceTable.allCases {
            let path = "source.maps.\(table.rawValue)"
            guard let node = reader.find(path, fallback: "labor.\(table.rawValue)") else {
                continue
            }
            map.relations[table] = readRelation(node, &reader.values)
        }
        return map
    }

    private static func readRelation(
        _ node: YAMLNode, _ values: inout YAMLReader
    ) -> SourceMap.Relation? {
        let hint = "write 'schema.view' or {query: \"SELECT … FROM …\"}"
        if node.isMap {
            guard values.map(node, keys: ["query"]) != nil else { return nil }
            guard let inner = node["query"] else {
                values.report(node, "the key 'query' is missing", hint: hint)
                return nil
            }
            guard let text = values.text(inner, expected: "a query") else { return nil }
            var query = text.trimmingCharacters(in: .whitespacesAndNewlines)
            while query.hasSuffix(";") { query.removeLast() }
            let word = query.prefix { $0.isLetter }.uppercased()
            guard ["SELECT", "WITH", "VALUES", "TABLE"].contains(word) else {
                values.report(
                    inner, "expected a query that begins with SELECT, found \(inner.words)",
                    hint: hint)
                return nil
            }
            return .query(query)
        }
        guard let name = values.line(node, expected: "a view or a map with 'query'") else {
            return nil
        }
        let parts = name.split(separator: ".", omittingEmptySubsequences: false)
        let looksRight =
            (1...2).contains(parts.count)
            && parts.allSatisfy { part in
                !part.isEmpty && !part.contains { $0.isWhitespace || ";()'".contains($0) }
            }
        guard looksRight else {
            values.report(node, "expected the name of a view, found \(node.words)", hint: hint)
            return nil
        }
        return .named(name)
    }

    static func readTimezone(_ reader: inout SettingsReader) -> String {
        let fallback = "Asia/Shanghai"
        guard let node = reader.find("timezone", fallback: fallback),
            let name = reader.values.line(node, expected: "the name of a time zone")
        else { return fallback }
        if isSignedOffset(name) {
            reader.values.report(
                node, "\(node.words) is an offset whose sign is read both ways",
                hint: "POSIX counts it westward, Foundation eastward; write a place, such as "
                    + "Asia/Shanghai")
            return fallback
        }
        if Zone(named: name) != nil { return name }
        reader.values.report(
            node, "the zone table has no time zone \(node.words)", hint: ZoneTable.hint(name))
        return fallback
    }

    /// Whether a name is a signed offset such as GMT+8, UTC-3, Etc/GMT-8 or +0800. GMT+0 is not,
    /// because its sign does not matter.
    private static func isSignedOffset(_ name: String) -> Bool {
        var rest = Substring(name)
        if rest.hasPrefix("Etc/") { rest = rest.dropFirst(4) }
        rest = rest.drop { $0.isLetter }
        guard let sign = rest.first, sign == "+" || sign == "-" else { return false }
        let digits = rest.dropFirst()
        return digits.allSatisfy { $0.isNumber || $0 == ":" }
            && digits.contains { $0.isNumber && $0 != "0" }
    }

    /// The path of a file that must exist; nil when the key is missing or the file cannot be read.
    static func readFile(
        _ path: String, _ otherwise: String, _ reader: inout SettingsReader, _ places: Places
    ) -> String? {
        guard let node = reader.find(path, fallback: "null"),
            let text = reader.values.line(node, expected: "a file")
        else { return nil }
        let path = places.resolve(text)
        guard places.checking, let obstacle = TextReader.obstacle(path) else { return path }
        reader.values.report(node, obstacle, hint: "leave the key out to use \(otherwise)")
        return nil
    }

    static func readStateDirectory(
        _ reader: inout SettingsReader, _ places: Places
    ) -> String {
        // systemd separates several state directories with colons; the first one is used.
        let given = places.environment["STATE_DIRECTORY"].flatMap { text in
            text.split(separator: ":").first.map(String.init)
        }
        let fallback = given ?? "/var/lib/laborwatch"
        guard let node = reader.find("state_directory", fallback: fallback),
            let path = reader.values.line(node, expected: "a directory")
        else { return fallback }
        guard path.hasPrefix("/") else {
            reader.values.report(
                node, "expected an absolute path, found \(node.words)",
                hint: "begin it with /, for a daemon's working directory is not yours")
            return fallback
        }
        return path
    }

    static func readSchedule(_ reader: inout SettingsReader) -> [Duration] {
        let fallback: [Duration] = [
            .zero, .seconds(5), .seconds(5 * 60), .seconds(30 * 60), .seconds(2 * 3_600),
            .seconds(5 * 3_600), .seconds(10 * 3_600), .seconds(14 * 3_600), .seconds(20 * 3_600),
            .seconds(24 * 3_600),
        ]
        let words = "[" + fallback.map(\.shortText).joined(separator: ", ") + "]"
        let path = "delivery.schedule"
        guard let nodes = reader.items(path, fallback: words, of: "durations") else {
            return fallback
        }
        if nodes.isEmpty || nodes.count > 30 {
            reader.report(
                path, "expected from 1 to 30 waits, found \(nodes.count)",
                hint: "a list of one, [0s], tries once and never again")
        }
        let waits = nodes.map { reader.values.duration($0, in: .zero ... .days(7)) }
        for (index, pair) in zip(waits, waits.dropFirst()).enumerated() {
            guard let before = pair.0, let after = pair.1, after < before else { continue }
            reader.values.report(
                nodes[index + 1],
                "\(after.shortText) is shorter than \(before.shortText) before it",
                hint: "each wait is as long as the one before it or longer")
        }
        return waits.compactMap(\.self)
    }

    static func readClocks(_ reader: inout SettingsReader) -> ResponseClocks {
        let standard = ResponseClocks()
        var clocks = ResponseClocks(waits: [:])
        clocks.levels = reader.whole(
            "response.levels", standard.levels, in: 0...ResponseClocks.levelsMax)
        for tier in Tier.allCases.reversed() {
            let path = "response.clocks.\(tier.rawValue)"
            let words = standard.waits[tier]?.shortText ?? "null"
            guard let node = reader.find(path, fallback: words) else {
                clocks.waits[tier] = standard.waits[tier]
                continue
            }
            guard let wait = reader.values.duration(node, in: Playbook.waits) else { continue }
            clocks.waits[tier] = wait
        }
        return clocks
    }

    static func readLinksBase(_ reader: inout SettingsReader) -> String? {
        guard let node = reader.find("links.base", fallback: "null"),
            let text = reader.values.line(node, expected: "an address")
        else { return nil }
        // A page may have its own addresses behind a '#'.
        if let mistake = Endpoint(text).mistake, mistake != .fragment {
            let hint = "write what stands before /alerts/ID: https://bureau.example"
            reader.values.report(
                node, mistake.message,
                hint: mistake == .credentials
                    ? "everybody who gets an alert reads it; " + hint : hint)
            return nil
        }
        return text
    }
}
