package import Labor

/// The reference data that routing needs about an alert: regions, industries and enterprises.
package struct RegionContext: Sendable {
    /// The hierarchy of regions.
    package var regions: RegionTree
    /// The hierarchy of industries.
    package var industries: IndustryTree
    private let find: @Sendable (Int64) -> Enterprise?

    /// Creates a context.
    /// - Parameter enterprise: the enterprise with an ID; nil for an unknown one, which then counts
    ///   as neither key monitored nor on a government project, and has no size class.
    package init(
        regions: RegionTree, industries: IndustryTree = IndustryTree([]),
        enterprise: @escaping @Sendable (Int64) -> Enterprise? = { _ in nil }
    ) {
        self.regions = regions
        self.industries = industries
        find = enterprise
    }

    /// A context from the facts of an evaluation.
    package init(_ facts: Facts) {
        let panel = facts.panel
        self.init(regions: facts.regions, industries: facts.industries) { id in
            panel.row(of: id).map { panel.enterprises[$0] }
        }
    }

    /// The enterprise that the subject is; nil for other types of subject and for unknown
    /// enterprises.
    package func enterprise(_ subject: Subject) -> Enterprise? {
        guard subject.type == .enterprise else { return nil }
        return Int64(subject.id).flatMap(find)
    }

    /// A region and all regions that contain it, innermost first. A code that the table lacks
    /// stands alone.
    package func path(_ region: RegionCode?) -> [RegionCode] {
        guard let region else { return [] }
        let path = regions.path(region)
        return path.isEmpty ? [region] : path
    }

    /// An industry and all industries that contain it, innermost first. The first letter of a GB/T
    /// 4754 code is the section, which is added when the table lacks it.
    func path(_ industry: IndustryCode?) -> [IndustryCode] {
        guard let industry else { return [] }
        var path = [industry]
        while let parent = path.last.flatMap({ industries[$0]?.parent }), !path.contains(parent) {
            path.append(parent)
        }
        if let letter = industry.rawValue.first, letter.isASCII, letter.isUppercase {
            let section = IndustryCode(String(letter))
            if !path.contains(section) { path.append(section) }
        }
        return path
    }

    /// Cities without counties, which govern their towns directly: 嘉峪关, 东莞, 中山, 儋州. Source: GB/T
    /// 2260, as the Ministry of Civil Affairs maintains it.
    private static let withoutCounties: Set<RegionCode> = [
        RegionCode("620200"), RegionCode("441900"), RegionCode("442000"), RegionCode("460400"),
    ]

    /// The county on a path of regions: the innermost GB/T 2260 code of a county, or of a city
    /// without counties.
    static func county(_ path: [RegionCode]) -> RegionCode? {
        path.first {
            isDivision($0) && (!$0.rawValue.hasSuffix("00") || withoutCounties.contains($0))
        }
    }

    /// The city on a path of regions: the innermost GB/T 2260 code of a prefecture or
    /// prefecture-level city.
    static func city(_ path: [RegionCode]) -> RegionCode? {
        path.first {
            isDivision($0) && $0.rawValue.hasSuffix("00") && !$0.rawValue.hasSuffix("0000")
        }
    }

    /// Whether a code has six digits, as GB/T 2260 codes do. A bureau's own codes, for example for
    /// industrial parks, have other forms.
    private static func isDivision(_ code: RegionCode) -> Bool {
        code.rawValue.utf8.count == 6
            && code.rawValue.utf8.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")) ~= $0 }
    }
}
