/// The threshold that decided a tier, with its source, as the rule defined it on the day of the
/// evaluation.
package struct Threshold: Hashable, Sendable, Codable {
    /// The tier that is reached when the limits are crossed.
    package var tier: Tier
    /// The limits by name: persons, share (0–1), months, amount (fen) …
    package var limits: [String: Double]
    /// The source of the numbers: a law, an emergency plan or a written reason.
    package var source: String

    /// Creates a threshold. Each argument sets the property of the same name.
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
    /// The table of the contract that the row comes from: `labor.report`, `labor.event` or
    /// `labor.indicator`. The name is the same when the bureau maps its own table or view to it.
    package var table: String
    /// The month that the row is about; nil when the row has no month.
    package var period: Period?
    /// The fields used, by column name. Money is in yuan.
    package var values: [String: JSONValue]
    /// When the bureau learnt the row; nil when this is not known.
    package var reportedAt: Instant?

    /// Creates a row. Each argument sets the property of the same name.
    package init(
        table: String, period: Period?, values: [String: JSONValue], reportedAt: Instant?
    ) {
        self.table = table
        self.period = period
        self.values = values
        self.reportedAt = reportedAt
    }
}

/// The figures on which a finding is based: everything that is needed to compute the finding again.
package struct Evidence: Hashable, Sendable, Codable {
    /// The measured value, in the rule's own unit; nil when the rule measures none.
    package var value: Double?
    /// The value of the same measure before the change; nil when the rule compares no earlier
    /// value.
    package var previous: Double?
    /// The expected value of the same measure; nil when the rule has no expectation.
    package var expected: Double?
    /// The scale of ordinary variation around the expected value; nil without one.
    package var scale: Double?
    /// The upper-tail probability under the null hypothesis that nothing happened, 0 to 1; nil when
    /// the rule makes no statistical test.
    package var p: Double?
    /// The threshold that decided the tier; nil when no threshold decided it.
    package var threshold: Threshold?
    /// Further measures by name.
    package var measures: [String: Double]
    /// Text marks by name, for example `basis: employer_separations` or `raised_by: crime_line`.
    package var marks: [String: String]
    /// The source rows used, oldest first, at most `rowsMax`.
    package var rows: [EvidenceRow]

    /// The maximum number of rows that one evidence lists.
    package static let rowsMax = 40

    /// Creates evidence. Each argument sets the property of the same name; a value that is not
    /// given is absent.
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

    /// Whether the finding is on record only: nobody is told of it. This is so when its loss is not
    /// credible (mark `credibility: record_only`), or when peers, season or a known cause explain
    /// it (mark `explained_by`).
    package var isRecordOnly: Bool {
        marks["credibility"] == "record_only" || marks["explained_by"] != nil
    }
}
