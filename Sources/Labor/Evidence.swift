/// The threshold that decided a tier, with its source, as the rule defined it on the day of the
/// evaluation.
package struct Threshold: Hashable, Sendable, Codable {
    /// The tier that is reached when the limits are crossed.
    package var tier: Tier
    /// The limits by name: persons, share (0–1), months, amount (fen) …
    package var limits: [String: Double]
    /// The source of the numbers: a law, an emergency plan or a written reason.
    package var source: String

    /// A threshold from its parts.
    package init(tier: Tier, limits: [String: Double], source: String) {
        self.tier = tier
        self.limits = limits
        self.source = source
    }

    /// Reads the flat object that `encode(to:)` writes. A missing or unknown tier is a decoding
    /// error.
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

    /// Writes tier, source and limits as one flat object, as the output contract defines it.
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

/// One source row that was used for a finding.
package struct EvidenceRow: Hashable, Sendable, Codable {
    /// The table, `labor.report`.
    package var table: String
    /// The month that the row is about.
    package var period: Period?
    /// The fields used, by column name. Money is in yuan.
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

/// The figures behind a finding: everything needed to compute the finding again.
package struct Evidence: Hashable, Sendable, Codable {
    /// The measured value, in the rule's own unit.
    package var value: Double?
    /// The value of the same measure before the change.
    package var previous: Double?
    /// The expected value.
    package var expected: Double?
    /// The scale of ordinary variation around the expected value.
    package var scale: Double?
    /// The upper-tail probability under the null hypothesis that nothing happened, 0 to 1.
    package var p: Double?
    /// The threshold that decided the tier.
    package var threshold: Threshold?
    /// Further measures by name.
    package var measures: [String: Double]
    /// Text marks by name, for example `basis: employer_separations` or `raised_by: crime_line`.
    package var marks: [String: String]
    /// The source rows used, oldest first, at most `rowsMax`.
    package var rows: [EvidenceRow]

    /// The maximum number of rows that one evidence lists.
    package static let rowsMax = 40

    /// Evidence from its parts; a part that is not given is absent.
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
