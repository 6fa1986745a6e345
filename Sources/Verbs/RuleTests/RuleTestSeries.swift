import Labor
import Settings

/// The reports of one enterprise, or of several enterprises with the same figures, from one month
/// on.
struct RuleTestSeries {
    var enterprises: ClosedRange<Int64>
    /// The reports, one per reported month. Enterprise and time are filled in later.
    var reports: [Report]

    private static let counts: [String: any WritableKeyPath<Report, Int32?> & Sendable] = [
        "hires": \.hires, "separations": \.separations,
        "employer_separations": \.employerSeparations, "workers_unpaid": \.workersUnpaid,
        "insured": \.insured, "planned_layoffs": \.plannedLayoffs, "dispatched": \.dispatched,
        "idle": \.idle,
    ]
    private static let sums: [String: any WritableKeyPath<Report, Int64?> & Sendable] = [
        "wages_due": \.wagesDue, "wages_paid": \.wagesPaid,
        "contributions_due": \.contributionsDue, "contributions_paid": \.contributionsPaid,
    ]
    private static let words = ["operating_state", "contributions_deferred"]

    /// Reads a series; nil, with a reported problem, if the node is not a series.
    static func read(_ node: YAMLNode, _ reader: inout YAMLReader) -> RuleTestSeries? {
        let fields = ["headcount"] + counts.keys.sorted() + sums.keys.sorted() + words
        let keys = ["enterprise", "from", "reported"] + fields
        let required = ["enterprise", "from", "headcount"]
        guard let entries = reader.map(node, keys: keys, required: required),
            let enterprises = node["enterprise"].flatMap({ reader.ids($0) }),
            let from = node["from"].flatMap({ reader.period($0) }),
            let heads = node["headcount"].flatMap({ readHeads($0, &reader) })
        else { return nil }
        var reports = heads.enumerated().map { month, count in
            count.map {
                Report(
                    enterpriseID: 0, period: from.adding(month), headcount: $0,
                    reportedAt: Instant(microseconds: 0))
            }
        }
        for entry in entries where fields.dropFirst().contains(entry.key) && !entry.value.isNull {
            for (month, value) in (reader.series(entry.value) ?? []).enumerated() {
                guard value != .missing else { continue }
                guard month < reports.count, var report = reports[month] else {
                    reader.report(
                        entry.value, "there is a value for \(from.adding(month)), but no headcount",
                        hint: "a report always has a headcount; write _ here")
                    break
                }
                guard set(entry.key, value, &report) else {
                    reader.report(
                        entry.value, "the value for \(from.adding(month)) does not fit the field",
                        hint: hint(entry.key))
                    break
                }
                reports[month] = report
            }
        }
        return RuleTestSeries(enterprises: enterprises, reports: reports.compactMap { $0 })
    }

    private static func readHeads(
        _ node: YAMLNode, _ reader: inout YAMLReader
    ) -> [Int32?]? {
        guard let values = reader.series(node) else { return nil }
        var heads: [Int32?] = []
        for value in values {
            if value == .missing {
                heads.append(nil)
            } else if let count = whole(value) {
                heads.append(count)
            } else {
                reader.report(
                    node, "a headcount must be a whole number from 0", hint: hint("headcount"))
                return nil
            }
        }
        return heads
    }

    private static func set(
        _ field: String, _ value: SeriesNotation.Value, _ report: inout Report
    ) -> Bool {
        if let path = counts[field] {
            report[keyPath: path] = whole(value)
            return report[keyPath: path] != nil
        }
        if let path = sums[field] {
            guard case .number(let yuan) = value, abs(yuan) < 1e13 else { return false }
            report[keyPath: path] = Int64((yuan * 100).rounded())
            return true
        }
        guard case .word(let word) = value else { return false }
        if field == "contributions_deferred" {
            report.contributionsDeferred = word == "true"
            return word == "true" || word == "false"
        }
        report.operatingState = OperatingState(rawValue: word)
        return report.operatingState != nil
    }

    private static func whole(_ value: SeriesNotation.Value) -> Int32? {
        guard case .number(let number) = value, number >= 0 else { return nil }
        return Int32(exactly: number)
    }

    private static func hint(_ field: String) -> String {
        switch field {
        case "operating_state":
            "write " + OperatingState.allCases.map(\.rawValue).joined(separator: ", ")
        case "contributions_deferred": "write true or false"
        case _ where sums.keys.contains(field): "write yuan, such as 250000 or 1200.50"
        default: "write whole persons, such as 400x3 or 100-2x5; steps must not end below 0"
        }
    }
}

extension YAMLReader {
    /// Reads the values of a series; otherwise nil, with a problem reported.
    mutating func series(_ node: YAMLNode) -> [SeriesNotation.Value]? {
        guard let text = text(node, expected: "a series, such as \"400x3 280\"") else {
            return nil
        }
        do {
            return try SeriesNotation.values(text)
        } catch {
            report(node, error.message, hint: error.hint)
            return nil
        }
    }

    /// Reads the ID of an enterprise, or a range of IDs, `1..8`; otherwise nil, with a problem
    /// reported.
    mutating func ids(_ node: YAMLNode) -> ClosedRange<Int64>? {
        if case .scalar(let text, _) = node.content {
            let parts = text.split(separator: ".", omittingEmptySubsequences: false)
            if let id = Int64(text), id > 0 { return id...id }
            if parts.count == 3, parts[1].isEmpty, let first = Int64(parts[0]),
                let last = Int64(parts[2]), first > 0, first <= last,
                last - first < Int64(RuleTestBureau.enterprisesMax)
            {
                return first...last
            }
        }
        report(
            node, "expected the number of an enterprise, found \(node.words)",
            hint: "write 1, or 1..8 for several, \(RuleTestBureau.enterprisesMax) at most")
        return nil
    }
}
