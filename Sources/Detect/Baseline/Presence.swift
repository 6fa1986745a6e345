import Labor

/// What the source still has of the things that open alerts are about.
///
/// A table without any row is a failure, or a list that is not kept, and says nothing of any code.
struct Presence {
    private let facts: Facts
    /// The regions that enterprises stand in, with all that contain them.
    private let peopled: Set<RegionCode>
    /// By region, the sections of the enterprises in it.
    private let sections: [RegionCode: Set<IndustryCode>]
    private let indicators: Set<String>

    /// - Parameter types: the types of subjects that are asked for; what no other type needs is not
    ///   gathered.
    init(_ context: EvaluationContext, for types: Set<SubjectType>) {
        facts = context.facts
        indicators =
            types.contains(.indicator)
            ? Set(facts.indicators.map { "\($0.code)/\($0.regionCode)" }) : []
        guard !types.isDisjoint(with: [.region, .cell]) else {
            (peopled, sections) = ([], [:])
            return
        }
        var peopled: Set<RegionCode> = []
        for (regional, path) in context.paths.enumerated() where context.isKnown(regional: regional)
        {
            peopled.formUnion(path)
        }
        self.peopled = peopled
        let groups = context.shared.groups(context)
        var sections: [RegionCode: Set<IndustryCode>] = [:]
        for (cell, group) in groups.cells.enumerated() {
            guard let section = group.section else { continue }
            for region in groups.regionsOf[cell] {
                sections[groups.groups[region].region, default: []].insert(section)
            }
        }
        self.sections = sections
    }

    /// What of a subject the source no longer has; nil while it has all of it, or cannot tell.
    /// - Parameter sectors: the section letters of a rule that joins sections under other names.
    func missing(_ key: EpisodeKey, sectors: [String: String]) -> SubjectStatus.Removal? {
        switch key.subjectType {
        case .enterprise:
            guard !facts.panel.enterprises.isEmpty, let id = Int64(key.subjectID) else {
                return nil
            }
            return facts.panel.row(of: id) == nil ? .enterprise : nil
        case .region: return isMissing(RegionCode(key.subjectID)) ? .region : nil
        case .cell:
            let parts = key.subjectID.split(separator: "/", maxSplits: 1).map(String.init)
            guard parts.count == 2 else { return nil }
            let region = RegionCode(parts[0])
            if isMissing(region) { return .region }
            return isMissing(parts[1], in: region, sectors) ? .industry : nil
        case .indicator:
            guard !facts.indicators.isEmpty, !indicators.contains(key.subjectID) else { return nil }
            let region = key.subjectID.split(separator: "/").last.map { RegionCode(String($0)) }
            return region.map(isUnlisted) ?? false ? .region : .indicator
        case .system: return nil
        }
    }

    private func isUnlisted(_ region: RegionCode) -> Bool {
        !facts.regions.regions.isEmpty && facts.regions[region] == nil
    }

    /// Whether a region is in no table any more, or no enterprise is left in it. Rules that speak of a
    /// region by events alone say themselves how it stands.
    private func isMissing(_ region: RegionCode) -> Bool {
        if facts.panel.enterprises.isEmpty { return false }
        return isUnlisted(region) || !peopled.contains(region)
    }

    /// Whether no enterprise of a region is in a section, or in a group of sections.
    private func isMissing(
        _ industry: String, in region: RegionCode, _ sectors: [String: String]
    ) -> Bool {
        if facts.panel.enterprises.isEmpty { return false }
        let found = sections[region] ?? []
        if found.contains(IndustryCode(industry)) { return false }
        return !found.contains { sectors[String($0.rawValue.prefix(1))] == industry }
    }
}
