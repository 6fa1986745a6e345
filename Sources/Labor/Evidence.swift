/// The threshold that decided a tier, with its source, as it stood in the rule that day.
package struct Threshold: Hashable, Sendable, Codable {
    /// The tier that it opens.
    package var tier: Tier
    /// The limits by name and their values: persons, share (0–1), months, amount (fen) …
    package var limits: [String: Double]
    /// Where the number comes from: law, plan or reasoning.
    package var source: String

    /// A threshold from its parts.
    package init(tier: Tier, limits: [String: Double], source: String) {
        self.tier = tier
        self.limits = limits
        self.source = source
    }

    /// Reads the flat object that `encode(to:)` writes.
    package init(from decoder: any Decoder) throws {
        var values = try [String: JSONValue](from: decoder)
        guard case .string(let name)? = values.removeValue(forKey: "tier"),
            let tier = Tier(rawValue: name)
        else {
            throw DecodingError.dataCorrupted(
                .init(codingPath: decoder.codingPath, debugDescription: "a threshold has a tier"))
        }
        var source = ""
        if case .string(let text)? = values.removeValue(forKey: "source") { source = text }
        var limits: [String: Double] = [:]
        for (key, value) in values {
            switch value {
            case .int(let number): limits[key] = Double(number)
            case .double(let number): limits[key] = number
            default: continue
            }
        }
        self.init(tier: tier, limits: limits, source: source)
    }

    /// Writes tier, limits and source side by side in one object, as the contract shows them.
    package func encode(to encoder: any Encoder) throws {
        var object: [String: JSONValue] = [
            "tier": .string(tier.rawValue), "source": .string(source),
        ]
        for (key, value) in limits {
            object[key] = Int64(exactly: value).map(JSONValue.int) ?? .double(value)
        }
        try object.encode(to: encoder)
    }
}

/// One row of the source that a finding rests on.
package struct EvidenceRow: Hashable, Sendable, Codable {
    /// The table, `labor.report`.
    package var table: String
    /// The month the row is about.
    package var period: Period?
    /// The fields used, by column name; money in yuan.
    package var values: [String: JSONValue]
    /// When the bureau learnt the row.
    package var reportedAt: Instant?

    /// A row from its parts.
    package init(
        table: String, period: Period?, values: [String: JSONValue], reportedAt: Instant?
    ) {
        self.table = table
        self.period = period
        self.values = values
        self.reportedAt = reportedAt
    }
}

/// Why a finding stands: everything needed to compute it again.
package struct Evidence: Hashable, Sendable, Codable {
    /// What was measured, in the rule's own unit.
    package var value: Double?
    /// The same before.
    package var previous: Double?
    /// What was expected.
    package var expected: Double?
    /// The scale of ordinary variation around what was expected.
    package var scale: Double?
    /// The upper-tail probability under "nothing happened".
    package var p: Double?
    /// The threshold that decided the tier.
    package var threshold: Threshold?
    /// Further measures by name.
    package var measures: [String: Double]
    /// Marks by name, `basis: employer_separations`, `raised_by: crime_line`.
    package var marks: [String: String]
    /// The rows used, oldest first; at most `rowsMax`.
    package var rows: [EvidenceRow]

    /// How many rows a piece of evidence lists at most.
    package static let rowsMax = 40

    /// Evidence from its parts; everything not given is absent.
    package init(
        value: Double? = nil, previous: Double? = nil, expected: Double? = nil,
        scale: Double? = nil, p: Double? = nil, threshold: Threshold? = nil,
        measures: [String: Double] = [:], marks: [String: String] = [:], rows: [EvidenceRow] = []
    ) {
        self.value = value
        self.previous = previous
        self.expected = expected
        self.scale = scale
        self.p = p
        self.threshold = threshold
        self.measures = measures
        self.marks = marks
        self.rows = rows
    }
}
