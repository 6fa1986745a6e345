/// An industry code, GB/T 4754: a section letter, then digits.
///
/// Letters differ from ISIC (GB E is construction, ISIC E is water): never compare the two.
package struct IndustryCode: Hashable, Comparable, Sendable, Codable, RawRepresentable,
    CustomStringConvertible
{
    /// The code as the bureau writes it.
    package let rawValue: String

    /// A code from its text.
    package init(rawValue: String) {
        self.rawValue = rawValue
    }

    /// A code from its text.
    package init(_ text: String) {
        rawValue = text
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
    package static func < (left: IndustryCode, right: IndustryCode) -> Bool {
        left.rawValue < right.rawValue
    }

    /// The code itself.
    package var description: String { rawValue }
}

/// One row of `labor.industry`.
package struct Industry: Hashable, Sendable {
    /// The code.
    package var code: IndustryCode
    /// The Chinese name, or whatever the bureau wrote.
    package var name: String
    /// The English name, when there is one.
    package var nameEnglish: String?
    /// The industry that contains this one; nil for a section.
    package var parent: IndustryCode?

    /// An industry from its parts.
    package init(
        code: IndustryCode, name: String, nameEnglish: String? = nil, parent: IndustryCode? = nil
    ) {
        self.code = code
        self.name = name
        self.nameEnglish = nameEnglish
        self.parent = parent
    }

    /// The name in a language; Chinese where there is no English one.
    package func name(in language: Language) -> String {
        language == .english ? nameEnglish ?? name : name
    }
}

/// The industries; cells are built on the outermost one of each, usually the section letter.
package struct IndustryTree: Sendable {
    /// Every industry by its code.
    package let industries: [IndustryCode: Industry]

    private let sections: [IndustryCode: IndustryCode]

    /// A tree from the rows of the table. Unknown parents and cycles end the walk.
    package init(_ rows: [Industry]) {
        var industries: [IndustryCode: Industry] = [:]
        for row in rows { industries[row.code] = row }
        var sections: [IndustryCode: IndustryCode] = [:]
        for code in industries.keys {
            var current = code
            for _ in 0..<RegionTree.depthMax {
                guard let parent = industries[current]?.parent, industries[parent] != nil else {
                    break
                }
                current = parent
            }
            sections[code] = current
        }
        self.industries = industries
        self.sections = sections
    }

    /// The industry of a code; nil when the table does not have it.
    package subscript(code: IndustryCode) -> Industry? { industries[code] }

    /// The outermost industry that contains a code, or the code itself when it is unknown.
    package func section(_ code: IndustryCode) -> IndustryCode {
        sections[code] ?? code
    }

    /// The name in a language, or the code itself for an unknown industry.
    package func name(_ code: IndustryCode, in language: Language) -> String {
        industries[code]?.name(in: language) ?? code.rawValue
    }
}
