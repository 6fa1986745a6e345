/// A region code of GB/T 2260, or the bureau's own: development zones have codes outside the
/// standard.
///
/// The digits do not reliably show which region contains which: 542229 became 540528, not 540529.
/// The hierarchy comes only from the table of regions, see `RegionTree`.
package struct RegionCode: Hashable, Comparable, Sendable, Codable, RawRepresentable,
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
    package static func < (left: RegionCode, right: RegionCode) -> Bool {
        left.rawValue < right.rawValue
    }

    /// The code itself.
    package var description: String { rawValue }
}

/// One row of `labor.region`.
package struct Region: Hashable, Sendable {
    /// The code of the region.
    package var code: RegionCode
    /// The Chinese name, or the name as the bureau wrote it.
    package var name: String
    /// The English name; nil when the table has none.
    package var nameEnglish: String?
    /// The region that contains this one; nil for the root of the hierarchy.
    package var parent: RegionCode?
    /// Days of grace after a pay day before unpaid wages count as arrears here; nil for the rule's
    /// default.
    package var graceDays: Int?

    /// Creates a region. Each argument sets the property of the same name.
    package init(
        code: RegionCode, name: String, nameEnglish: String? = nil, parent: RegionCode? = nil,
        graceDays: Int? = nil
    ) {
        self.code = code
        self.name = name
        self.nameEnglish = nameEnglish
        self.parent = parent
        self.graceDays = graceDays
    }

    /// The name in a language. Without an English name it is the Chinese one.
    package func name(in language: Language) -> String {
        language == .english ? nameEnglish ?? name : name
    }
}

/// The hierarchy of regions, of any depth.
package struct RegionTree: Sendable {
    /// The maximum number of regions on the path from a region to its root; a longer path is cut.
    package static let depthMax = 12

    /// Every region by its code.
    package let regions: [RegionCode: Region]

    /// A tree from the rows of the table. A region whose parent is not in the table is a root. In a
    /// cycle of parents the region with the smallest code becomes a root, so that every walk upward
    /// ends.
    package init(_ rows: [Region]) {
        var regions: [RegionCode: Region] = [:]
        for row in rows { regions[row.code] = row }
        var settled: Set<RegionCode> = []
        for code in regions.keys {
            var walk: [RegionCode] = []
            var next: RegionCode? = code
            while let current = next, regions[current] != nil, !settled.contains(current) {
                if let start = walk.firstIndex(of: current) {
                    if let smallest = walk[start...].min() { regions[smallest]?.parent = nil }
                    break
                }
                walk.append(current)
                next = regions[current]?.parent
            }
            settled.formUnion(walk)
        }
        self.regions = regions
    }

    /// The region of a code; nil when the table does not list it.
    package subscript(code: RegionCode) -> Region? { regions[code] }

    /// The region and all regions that contain it, innermost first; empty for an unknown code.
    package func path(_ code: RegionCode) -> [RegionCode] {
        guard regions[code] != nil else { return [] }
        var path = [code]
        while let parent = path.last.flatMap({ regions[$0]?.parent }), regions[parent] != nil,
            path.count < RegionTree.depthMax
        {
            path.append(parent)
        }
        return path
    }

    /// Whether `outer` is the same region as `inner` or contains it.
    package func contains(_ outer: RegionCode, _ inner: RegionCode) -> Bool {
        path(inner).contains(outer)
    }

    /// The name in a language; the code itself when it is unknown.
    package func name(_ code: RegionCode, in language: Language) -> String {
        regions[code]?.name(in: language) ?? code.rawValue
    }
}
