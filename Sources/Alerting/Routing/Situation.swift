package import Labor

/// What besides the alerts of a step decides who is told.
package struct Situation: Sendable {
    /// When.
    package var at: Instant
    /// The surroundings of alerts.
    package var scene: Scene
    /// The open episodes as they stood before the step.
    package var before: [Episode]
    /// The open episodes after the step, which may hold others back.
    package var standing: [Episode]
    /// The silences that are not over.
    package var silences: [Silence]

    /// A situation from its parts.
    package init(
        at: Instant, scene: Scene, before: [Episode] = [], standing: [Episode] = [],
        silences: [Silence] = []
    ) {
        self.at = at
        self.scene = scene
        self.before = before
        self.standing = standing
        self.silences = silences
    }
}

extension SilenceMatcher {
    /// Whether an alert is meant; the region brings everything below it.
    package func matches(_ matter: Matter) -> Bool {
        if let rule, rule != matter.rule { return false }
        if let kind, kind != matter.kind { return false }
        if let subjectType, subjectType != matter.subject.type { return false }
        if let subjectID, subjectID != matter.subject.id { return false }
        if let region, !matter.regions.contains(region) { return false }
        if let tierMax, matter.tier > tierMax { return false }
        return true
    }
}
