package import Labor

/// The input of routing besides the alerts themselves.
package struct RoutingInput: Sendable {
    /// The time of the step.
    package var at: Instant
    /// The reference data about regions, industries and enterprises.
    package var regionContext: RegionContext
    /// The open episodes in their state before the step.
    package var before: [Episode]
    /// The open episodes after the step, which may inhibit others.
    package var standing: [Episode]
    /// The silences that have not ended.
    package var silences: [Silence]

    /// Creates an input. Each argument sets the property of the same name.
    package init(
        at: Instant, regionContext: RegionContext, before: [Episode] = [], standing: [Episode] = [],
        silences: [Silence] = []
    ) {
        self.at = at
        self.regionContext = regionContext
        self.before = before
        self.standing = standing
        self.silences = silences
    }
}

extension SilenceMatcher {
    /// Whether an alert meets all conditions; a region includes all regions below it. An incident
    /// meets a condition on rule or kind only when all of its alerts do, so that a silence of one
    /// rule does not hide what another rule found.
    package func matches(_ routedAlert: RoutedAlert) -> Bool {
        if let rule, routedAlert.rules.contains(where: { $0 != rule }) { return false }
        if let kind, routedAlert.kinds.contains(where: { $0 != kind }) { return false }
        if let subjectType, subjectType != routedAlert.subject.type { return false }
        if let subjectID, subjectID != routedAlert.subject.id { return false }
        if let region, !routedAlert.regions.contains(region) { return false }
        if let tierMax, routedAlert.tier > tierMax { return false }
        return true
    }
}
