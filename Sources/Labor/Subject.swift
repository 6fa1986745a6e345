/// The name of a rule of the catalogue, `layoff.statutory`.
package struct RuleID: Hashable, Comparable, Sendable, Codable, RawRepresentable,
    ExpressibleByStringLiteral, CustomStringConvertible
{
    /// The name.
    package let rawValue: String

    /// A rule's name from text.
    package init(rawValue: String) {
        self.rawValue = rawValue
    }

    /// A rule's name from text.
    package init(_ text: String) {
        rawValue = text
    }

    /// A rule's name from a literal.
    package init(stringLiteral value: String) {
        rawValue = value
    }

    /// Reads the bare text.
    package init(from decoder: any Decoder) throws {
        rawValue = try decoder.singleValueContainer().decode(String.self)
    }

    /// Writes the bare text.
    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(rawValue)
    }

    /// Order by text.
    package static func < (left: RuleID, right: RuleID) -> Bool {
        left.rawValue < right.rawValue
    }

    /// The name itself.
    package var description: String { rawValue }
}

/// What kind of thing an alert is about.
package enum SubjectType: String, CaseIterable, Hashable, Sendable, Codable {
    /// One enterprise; the id is its `enterprise_id`.
    case enterprise
    /// A region and an industry; the id is `region/industry`.
    case cell
    /// A region; the id is its code.
    case region
    /// An indicator of a region; the id is `code/region`.
    case indicator
    /// The watching itself.
    case system
}

/// The thing that an alert is about, as a reader sees it.
package struct Subject: Hashable, Sendable, Codable {
    /// What kind of thing.
    package var type: SubjectType
    /// Its identity within the kind; never changes for one thing.
    package var id: String
    /// Its name.
    package var name: String
    /// Where it is.
    package var regionCode: RegionCode?
    /// Its industry.
    package var industryCode: IndustryCode?

    /// A subject from its parts.
    package init(
        type: SubjectType, id: String, name: String, regionCode: RegionCode? = nil,
        industryCode: IndustryCode? = nil
    ) {
        self.type = type
        self.id = id
        self.name = name
        self.regionCode = regionCode
        self.industryCode = industryCode
    }
}

/// What makes an episode one: a rule and its subject. At most one episode of a key is open.
package struct EpisodeKey: Hashable, Comparable, Sendable, Codable, CustomStringConvertible {
    /// The rule.
    package var rule: RuleID
    /// The kind of subject.
    package var subjectType: SubjectType
    /// The subject's id.
    package var subjectID: String

    /// A key from its parts.
    package init(rule: RuleID, subjectType: SubjectType, subjectID: String) {
        self.rule = rule
        self.subjectType = subjectType
        self.subjectID = subjectID
    }

    /// Order by rule, type and id, so that output does not depend on hashing.
    package static func < (left: EpisodeKey, right: EpisodeKey) -> Bool {
        (left.rule.rawValue, left.subjectType.rawValue, left.subjectID)
            < (right.rule.rawValue, right.subjectType.rawValue, right.subjectID)
    }

    /// `rule(type:id)`.
    package var description: String { "\(rule)(\(subjectType.rawValue):\(subjectID))" }
}
