package import Labor

/// What besides the alerts of a step decides who is told.
package struct RoutingInput: Sendable {
    /// When.
    package var at: Instant
    /// The surroundings of alerts.
    package var regionContext: RegionContext
    /// The open episodes as they stood before the step.
    package var before: [Episode]
    /// The open episodes after the step, which may hold others back.
    package var standing: [Episode]
    /// The silences that are not over.
    package var silences: [Silence]

    /// A situation from its parts.
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
    /// Whether an alert is meant; the region brings everything below it.
    package func matches(_ routedAlert: RoutedAlert) -> Bool {
        if let rule, rule != routedAlert.rule { return false }
        if let kind, kind != routedAlert.kind { return false }
        if let subjectType, subjectType != routedAlert.subject.type { return false }
        if let subjectID, subjectID != routedAlert.subject.id { return false }
        if let region, !routedAlert.regions.contains(region) { return false }
        if let tierMax, routedAlert.tier > tierMax { return false }
        return true
    }
}
