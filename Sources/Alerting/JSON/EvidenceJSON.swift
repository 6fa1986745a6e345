package import Labor

// The JSON of the contract's `evidence`. Receivers get times in the bureau's time zone, and the
// store keeps times in UTC; everything else is the same.

extension Evidence {
    /// The evidence as JSON with times in UTC. `init(json:)` restores an equal value, except that
    /// numbers that are not finite are left out.
    /// - Throws: `JSONError` when a row's value is nested deeper than 32 levels.
    package func json() throws -> String {
        var writer = JSONWriter()
        try writer.evidence(self, zone: .utc)
        return writer.text
    }

    /// Parses the output of `json()`; unknown keys are ignored.
    /// - Throws: `JSONError`, which names the offending key.
    package init(json: String) throws {
        let object = try JSONValue(json: json).members("evidence")
        self.init(
            value: object["value"]?.number, previous: object["previous"]?.number,
            expected: object["expected"]?.number, scale: object["scale"]?.number,
            p: object["p"]?.number, threshold: try object["threshold"].map(Threshold.init(json:)),
            measures: (try object["measures"]?.members("measures") ?? [:])
                .compactMapValues(\.number),
            marks: (try object["marks"]?.members("marks") ?? [:]).compactMapValues(\.text),
            rows: try object["rows"]?.elements("rows").map(EvidenceRow.init(json:)) ?? [])
    }
}

extension JSONWriter {
    /// Writes the evidence. Absent values are left out, but the list `rows` is always present.
    mutating func evidence(_ evidence: Evidence, zone: Zone) throws(JSONError) {
        try object { (writer) throws(JSONError) in
            writer.member("value", evidence.value)
            writer.member("previous", evidence.previous)
            writer.member("expected", evidence.expected)
            writer.member("scale", evidence.scale)
            writer.member("p", evidence.p)
            if let threshold = evidence.threshold { try writer.threshold(threshold) }
            if !evidence.measures.isEmpty {
                writer.key("measures")
                try writer.object { (writer) throws(JSONError) in
                    writer.members(evidence.measures)
                }
            }
            if !evidence.marks.isEmpty {
                writer.key("marks")
                try writer.object { (writer) throws(JSONError) in
                    for (name, value) in evidence.marks.sorted(by: { $0.key < $1.key }) {
                        writer.key(name)
                        writer.string(value)
                    }
                }
            }
            writer.key("rows")
            try writer.array(evidence.rows) { (writer, row) throws(JSONError) in
                try writer.row(row, zone: zone)
            }
        }
    }

    private mutating func threshold(_ threshold: Threshold) throws(JSONError) {
        key("threshold")
        try object { (writer) throws(JSONError) in
            writer.key("tier")
            writer.string(threshold.tier.rawValue)
            writer.members(threshold.limits)
            writer.key("source")
            writer.string(threshold.source)
        }
    }

    private mutating func row(_ row: EvidenceRow, zone: Zone) throws(JSONError) {
        try object { (writer) throws(JSONError) in
            writer.key("table")
            writer.string(row.table)
            if let period = row.period {
                writer.key("period")
                writer.string(period.description)
            }
            writer.key("values")
            try writer.value(.object(row.values))
            if let reportedAt = row.reportedAt {
                writer.key("reported_at")
                writer.string(zone.text(reportedAt))
            }
        }
    }

    private mutating func member(_ name: String, _ value: Double?) {
        guard let value, value.isFinite else { return }
        key(name)
        number(value)
    }

    private mutating func members(_ values: [String: Double]) {
        for (name, value) in values.sorted(by: { $0.key < $1.key }) { member(name, value) }
    }
}

extension Threshold {
    fileprivate init(json: JSONValue) throws(JSONError) {
        var object = try json.members("threshold")
        guard let tier = object.removeValue(forKey: "tier")?.text.flatMap(Tier.init(rawValue:))
        else { throw .shape("evidence.threshold has no tier") }
        let source = object.removeValue(forKey: "source")?.text ?? ""
        self.init(tier: tier, limits: object.compactMapValues(\.number), source: source)
    }
}

extension EvidenceRow {
    fileprivate init(json: JSONValue) throws(JSONError) {
        let object = try json.members("rows")
        guard let table = object["table"]?.text else {
            throw .shape("a row of the evidence has no table")
        }
        self.init(
            table: table, period: object["period"]?.text.flatMap { Period($0) },
            values: try object["values"]?.members("values") ?? [:],
            reportedAt: object["reported_at"]?.text.flatMap(Instant.init(rfc3339:)))
    }
}

extension JSONValue {
    var number: Double? {
        switch self {
        case .int(let value): Double(value)
        case .double(let value): value
        default: nil
        }
    }

    var text: String? {
        if case .string(let text) = self { text } else { nil }
    }

    func members(_ name: String) throws(JSONError) -> [String: JSONValue] {
        guard case .object(let members) = self else { throw .shape("'\(name)' is no object") }
        return members
    }

    func elements(_ name: String) throws(JSONError) -> [JSONValue] {
        guard case .array(let elements) = self else { throw .shape("'\(name)' is no list") }
        return elements
    }
}
