package import Labor

/// The bureau's surroundings of an alert: regions, industries and what is known of an enterprise.
package struct RegionContext: Sendable {
    /// What contains what.
    package var regions: RegionTree
    /// The industries.
    package var industries: IndustryTree
    private let find: @Sendable (Int64) -> Enterprise?

    /// A scene from its parts.
    /// - Parameter enterprise: the enterprise of an id; nil where it is not known, which is then
    ///   neither key monitored nor on a government project, and of no size.
    package init(
        regions: RegionTree, industries: IndustryTree = IndustryTree([]),
        enterprise: @escaping @Sendable (Int64) -> Enterprise? = { _ in nil }
    ) {
        self.regions = regions
        self.industries = industries
        find = enterprise
    }

    /// The scene that facts tell.
    package init(_ facts: Facts) {
        let panel = facts.panel
        self.init(regions: facts.regions, industries: facts.industries) { id in
            panel.row(of: id).map { panel.enterprises[$0] }
        }
    }

    /// The enterprise that a subject is; nil for any other kind of subject.
    package func enterprise(_ subject: Subject) -> Enterprise? {
        guard subject.type == .enterprise else { return nil }
        return Int64(subject.id).flatMap(find)
    }

    /// A region and all that contain it, innermost first; a code that the table lacks is known by
    /// itself alone.
    package func path(_ region: RegionCode?) -> [RegionCode] {
        guard let region else { return [] }
        let path = regions.path(region)
        return path.isEmpty ? [region] : path
    }

    /// An industry and all that contain it, innermost first. Where the table does not say it, the
    /// section is the letter that a code of GB/T 4754 begins with.
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

    /// Cities that govern their towns directly and have no counties, by GB/T 2260 as the ministry of
    /// civil affairs keeps it: 嘉峪关, 东莞, 中山, 儋州.
    private static let withoutCounties: Set<RegionCode> = [
        RegionCode("620200"), RegionCode("441900"), RegionCode("442000"), RegionCode("460400"),
    ]

    /// The county on a path: the innermost code that GB/T 2260 gives to a county, or to a city that
    /// has none and stands in its place.
    static func county(_ path: [RegionCode]) -> RegionCode? {
        path.first {
            isDivision($0) && (!$0.rawValue.hasSuffix("00") || withoutCounties.contains($0))
        }
    }

    /// The city on a path: the innermost code that GB/T 2260 gives to a prefecture or city.
    static func city(_ path: [RegionCode]) -> RegionCode? {
        path.first {
            isDivision($0) && $0.rawValue.hasSuffix("00") && !$0.rawValue.hasSuffix("0000")
        }
    }

    /// Six digits; a bureau's own codes for parks and zones look otherwise.
    private static func isDivision(_ code: RegionCode) -> Bool {
        code.rawValue.utf8.count == 6
            && code.rawValue.utf8.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")) ~= $0 }
    }
}
