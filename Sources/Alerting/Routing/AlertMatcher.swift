package import Labor

/// The conditions under which a route or an inhibition applies to an alert. An empty set or nil
/// means "no condition"; all conditions must hold.
package struct AlertMatcher: Hashable, Sendable {
    /// The tiers.
    package var tiers: Set<Tier> = []
    /// The kinds.
    package var kinds: Set<AlertKind> = []
    /// The rules; `*` in a name matches any characters.
    package var rules: Set<String> = []
    /// The regions, each including all regions below it.
    package var regions: Set<RegionCode> = []
    /// The industries, each including all industries below it.
    package var industries: Set<IndustryCode> = []
    /// The size classes of enterprises, as the bureau names them.
    package var sizeClasses: Set<String> = []
    /// The types of subject.
    package var subjectTypes: Set<SubjectType> = []
    /// The certainties.
    package var certainties: Set<Certainty> = []
    /// Whether the enterprise is a key monitored one.
    package var keyMonitored: Bool?
    /// Whether the enterprise works on a government project.
    package var governmentProject: Bool?

    /// A matcher without conditions, which matches every alert.
    package init() {}

    /// Whether the matcher has no condition.
    package var isEmpty: Bool { self == AlertMatcher() }

    /// Whether the alert meets all conditions.
    package func matches(_ routedAlert: RoutedAlert) -> Bool { mismatch(routedAlert) == nil }

    /// The name of the first condition that fails, as routing.yaml spells it; nil when all hold.
    package func mismatch(_ routedAlert: RoutedAlert) -> String? {
        if !tiers.isEmpty, !tiers.contains(routedAlert.tier) { return "tier" }
        if !kinds.isEmpty, !kinds.contains(routedAlert.kind) { return "kind" }
        if !rules.isEmpty,
            !rules.contains(where: { AlertMatcher.glob($0, routedAlert.rule.rawValue) })
        {
            return "rule"
        }
        if !regions.isEmpty, regions.isDisjoint(with: routedAlert.regions) { return "region" }
        if !industries.isEmpty, industries.isDisjoint(with: routedAlert.industries) {
            return "industry"
        }
        if !sizeClasses.isEmpty, !(routedAlert.sizeClass.map(sizeClasses.contains) ?? false) {
            return "size_class"
        }
        if !subjectTypes.isEmpty, !subjectTypes.contains(routedAlert.subject.type) {
            return "subject"
        }
        if !certainties.isEmpty, !certainties.contains(routedAlert.certainty) { return "certainty" }
        if let keyMonitored, keyMonitored != routedAlert.keyMonitored { return "key_monitored" }
        if let governmentProject, governmentProject != routedAlert.governmentProject {
            return "government_project"
        }
        return nil
    }

    /// Whether this matcher certainly matches every alert that the other one matches. Regions and
    /// industries are compared by equal codes only, because the hierarchy is not known here.
    package func covers(_ other: AlertMatcher) -> Bool {
        func holds<Value>(_ mine: Set<Value>, _ theirs: Set<Value>, _ all: [Value] = []) -> Bool {
            mine.isEmpty || !theirs.isEmpty && theirs.isSubset(of: mine)
                || !all.isEmpty && mine.isSuperset(of: all)
        }
        return holds(tiers, other.tiers, Tier.allCases)
            && holds(kinds, other.kinds, AlertKind.allCases)
            && holds(subjectTypes, other.subjectTypes, SubjectType.allCases)
            && holds(certainties, other.certainties, Certainty.allCases)
            && holds(regions, other.regions) && holds(industries, other.industries)
            && holds(sizeClasses, other.sizeClasses)
            && (rules.isEmpty
                || !other.rules.isEmpty
                    && other.rules.allSatisfy { name in
                        rules.contains { AlertMatcher.glob($0, name) }
                    })
            && (keyMonitored == nil || keyMonitored == other.keyMonitored)
            && (governmentProject == nil || governmentProject == other.governmentProject)
    }

    /// Whether a name matches a pattern in which `*` stands for any number of characters.
    package static func glob(_ pattern: String, _ name: String) -> Bool {
        let pattern = Array(pattern.utf8)
        let name = Array(name.utf8)
        let star = UInt8(ascii: "*")
        var at = 0
        var position = 0
        var resume: (at: Int, position: Int)?
        while position < name.count {
            if at < pattern.count, pattern[at] == star {
                resume = (at, position)
                at += 1
            } else if at < pattern.count, pattern[at] == name[position] {
                at += 1
                position += 1
            } else if let last = resume {
                // Let the last `*` match one more character.
                resume = (last.at, last.position + 1)
                at = last.at + 1
                position = last.position + 1
            } else {
                return false
            }
        }
        return pattern[at...].allSatisfy { $0 == star }
    }
}
