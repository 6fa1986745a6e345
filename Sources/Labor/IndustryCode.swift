/// An industry code of GB/T 4754: a section letter, then digits.
///
/// The letters differ from ISIC (E is construction in GB/T 4754, water supply in ISIC): never
/// compare the two.
package struct IndustryCode: Hashable, Comparable, Sendable, Codable, RawRepresentable,
    CustomStringConvertible
{
    /// The code as the bureau writes it.
    package let rawValue: String

    /// A code from its text, not checked.
    package init(rawValue: String) {
        self.rawValue = rawValue
    }

    /// A code from its text, not checked.
    package init(_ text: String) {
        rawValue = text
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
    package static func < (left: IndustryCode, right: IndustryCode) -> Bool {
        left.rawValue < right.rawValue
    }

    /// The code itself.
    package var description: String { rawValue }
}

/// One row of `labor.industry`.
package struct Industry: Hashable, Sendable {
    /// The code of the industry.
    package var code: IndustryCode
    /// The Chinese name, or the name as the bureau wrote it.
    package var name: String
    /// The English name; nil when the table has none.
    package var nameEnglish: String?
    /// The industry that contains this one; nil for a section.
    package var parent: IndustryCode?

    /// Creates an industry. Each argument sets the property of the same name.
    package init(
        code: IndustryCode, name: String, nameEnglish: String? = nil, parent: IndustryCode? = nil
    ) {
        self.code = code
        self.name = name
        self.nameEnglish = nameEnglish
        self.parent = parent
    }

    /// The name in a language. Without an English name it is the Chinese one.
    package func name(in language: Language) -> String {
        language == .english ? nameEnglish ?? name : name
    }
}

/// The industries. A cell (region × industry) uses the outermost industry of a code, usually the
/// section.
package struct IndustryTree: Sendable {
    /// Every industry by its code.
    package let industries: [IndustryCode: Industry]

    private let sections: [IndustryCode: IndustryCode]

    /// A tree from the rows of the table. An unknown parent ends the search for the section; a
    /// cycle ends it after `RegionTree.depthMax` steps.
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

    /// The industry of a code; nil when the table does not list it.
    package subscript(code: IndustryCode) -> Industry? { industries[code] }

    /// Whether the table has a code. When the table is empty, every code is accepted as known.
    package func isKnown(_ code: IndustryCode) -> Bool {
        industries.isEmpty || industries[code] != nil
    }

    /// The outermost industry that contains a code, or the code itself when it is unknown.
    package func section(_ code: IndustryCode) -> IndustryCode {
        sections[code] ?? code
    }

    /// The name in a language; the code itself when it is unknown.
    package func name(_ code: IndustryCode, in language: Language) -> String {
        industries[code]?.name(in: language) ?? code.rawValue
    }
}
