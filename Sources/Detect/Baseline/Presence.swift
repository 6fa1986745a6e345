import Labor

/// Which subjects of open alerts the source still contains.
///
/// An empty table means a failure, or a list that the bureau does not keep. It does not prove that
/// a subject was removed.
struct Presence {
    private let facts: Facts
    /// The regions with enterprises, and all regions that contain them.
    private let peopled: Set<RegionCode>
    /// The sections of the enterprises in each region.
    private let sections: [RegionCode: Set<IndustryCode>]
    private let indicators: Set<String>

    /// - Parameter types: the types of the subjects that will be looked up. Data of other types is
    ///   not collected.
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

    /// The part of a subject that the source no longer contains; nil when it contains all of it, or
    /// when the tables cannot show it.
    /// - Parameter sectors: the sector name of each section letter, for a rule that joins sections.
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

    /// Whether the table of regions has rows, but none of this region.
    private func isUnlisted(_ region: RegionCode) -> Bool {
        !facts.regions.regions.isEmpty && facts.regions[region] == nil
    }

    /// Whether a region is missing from the table of regions, or no enterprise is left in it. Rules
    /// that use only the events of a region give their own status instead.
    private func isMissing(_ region: RegionCode) -> Bool {
        if facts.panel.enterprises.isEmpty { return false }
        return isUnlisted(region) || !peopled.contains(region)
    }

    /// Whether no enterprise of a region belongs to the section or the sector.
    private func isMissing(
        _ industry: String, in region: RegionCode, _ sectors: [String: String]
    ) -> Bool {
        if facts.panel.enterprises.isEmpty { return false }
        let found = sections[region] ?? []
        if found.contains(IndustryCode(industry)) { return false }
        return !found.contains { sectors[String($0.rawValue.prefix(1))] == industry }
    }
}
