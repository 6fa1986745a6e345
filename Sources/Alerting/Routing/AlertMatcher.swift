package import Labor

/// The conditions under which a route or an inhibition applies to an alert. All conditions must
/// hold. An empty set or nil means that there is no such condition.
package struct AlertMatcher: Hashable, Sendable {
    /// The alert has one of these tiers; empty for every tier.
    package var tiers: Set<Tier> = []
    /// The alert has one of these kinds; empty for every kind.
    package var kinds: Set<AlertKind> = []
    /// The alert is of one of these rules; empty for every rule. `*` in a name stands for any
    /// number of characters.
    package var rules: Set<String> = []
    /// The subject is in one of these regions or in a region below them; empty for every region.
    package var regions: Set<RegionCode> = []
    /// The subject belongs to one of these industries or to an industry below them; empty for every
    /// industry.
    package var industries: Set<IndustryCode> = []
    /// The subject is an enterprise of one of these size classes, as the bureau names them; empty
    /// for every subject.
    package var sizeClasses: Set<String> = []
    /// The subject has one of these types; empty for every type.
    package var subjectTypes: Set<SubjectType> = []
    /// The alert has one of these certainties; empty for every certainty.
    package var certainties: Set<Certainty> = []
    /// Whether the subject must be (true) or must not be (false) an enterprise that is monitored as
    /// a key one; nil for either.
    package var keyMonitored: Bool?
    /// Whether the subject must be (true) or must not be (false) an enterprise that works on a
    /// government project; nil for either.
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
        if !kinds.isEmpty, kinds.isDisjoint(with: routedAlert.kinds) { return "kind" }
        if !rules.isEmpty,
            !rules.contains(where: { pattern in
                routedAlert.rules.contains { AlertMatcher.glob(pattern, $0.rawValue) }
            })
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

    /// Whether a name matches a pattern. `*` in the pattern stands for any number of characters,
    /// also for none.
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
