/// The name of a rule of the catalogue, for example `layoff.statutory`.
package struct RuleID: Hashable, Comparable, Sendable, Codable, RawRepresentable,
    ExpressibleByStringLiteral, CustomStringConvertible
{
    /// The name of the rule as text.
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

    /// Reads a JSON string.
    package init(from decoder: any Decoder) throws {
        rawValue = try decoder.singleValueContainer().decode(String.self)
    }

    /// Writes a JSON string.
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

/// The type of the subject of an alert.
package enum SubjectType: String, CaseIterable, Hashable, Sendable, Codable {
    /// One enterprise; the id is its `enterprise_id`.
    case enterprise
    /// A region and an industry; the id is `region/industry`.
    case cell
    /// A region; the id is its code.
    case region
    /// An indicator of a region; the id is `code/region`.
    case indicator
    /// The monitoring service itself.
    case system
}

/// The subject of an alert, as a reader sees it.
package struct Subject: Hashable, Sendable, Codable {
    /// The type of the subject.
    package var type: SubjectType
    /// The identity within the type. It never changes for the same subject.
    package var id: String
    /// The name of the subject for readers, in the bureau's own words.
    package var name: String
    /// The region; nil when the subject has none.
    package var regionCode: RegionCode?
    /// The industry; nil when the subject has none.
    package var industryCode: IndustryCode?

    /// Creates a subject. Each argument sets the property of the same name.
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

/// The identity of a series of episodes: a rule and a subject. At most one episode per key is open.
package struct EpisodeKey: Hashable, Comparable, Sendable, Codable, CustomStringConvertible {
    /// The rule of the episodes.
    package var rule: RuleID
    /// The type of the subject.
    package var subjectType: SubjectType
    /// The subject's id.
    package var subjectID: String

    /// Creates a key. Each argument sets the property of the same name.
    package init(rule: RuleID, subjectType: SubjectType, subjectID: String) {
        self.rule = rule
        self.subjectType = subjectType
        self.subjectID = subjectID
    }

    /// Order by rule, type and id, so that the output order does not depend on hashing.
    package static func < (left: EpisodeKey, right: EpisodeKey) -> Bool {
        (left.rule.rawValue, left.subjectType.rawValue, left.subjectID)
            < (right.rule.rawValue, right.subjectType.rawValue, right.subjectID)
    }

    /// The text `rule(type:id)`.
    package var description: String { "\(rule)(\(subjectType.rawValue):\(subjectID))" }
}
