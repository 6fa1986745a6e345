package import Labor

/// The conditions for the alerts that a silence applies to. All conditions must hold; nil means
/// that there is no such condition.
package struct SilenceMatcher: Hashable, Sendable {
    /// Silences only alerts of this rule; nil for every rule.
    package var rule: RuleID?
    /// Silences only alerts of this kind; nil for every kind.
    package var kind: AlertKind?
    /// Silences only alerts about one subject, whose type this is; nil for every subject. It is set
    /// together with `subjectID`.
    package var subjectType: SubjectType?
    /// The ID of the subject; nil for every subject.
    package var subjectID: String?
    /// Silences only alerts in this region and in all regions below it; nil for every region.
    package var region: RegionCode?
    /// The highest tier that is silenced; nil for every tier.
    package var tierMax: Tier?

    /// A matcher without conditions. A silence without conditions, or with a tier alone, is
    /// rejected, because it would silence the whole bureau.
    package init() {}
}

/// An operator's suppression of notifications for a while.
package struct Silence: Hashable, Sendable {
    /// The number of the silence.
    package var id: Int64
    /// The conditions for the alerts that are silenced.
    package var matcher: SilenceMatcher
    /// When the silence begins.
    package var startsAt: Instant
    /// When the silence ends, unless it is ended early.
    package var endsAt: Instant
    /// Why the notifications are suppressed, as the author wrote it.
    package var reason: String
    /// The author of the silence.
    package var createdBy: String
    /// When a person ended the silence early; nil otherwise.
    package var expiredAt: Instant?

    /// Creates a silence. Each argument sets the property of the same name.
    package init(
        id: Int64, matcher: SilenceMatcher, startsAt: Instant, endsAt: Instant, reason: String,
        createdBy: String, expiredAt: Instant? = nil
    ) {
        self.id = id
        self.matcher = matcher
        self.startsAt = startsAt
        self.endsAt = endsAt
        self.reason = reason
        self.createdBy = createdBy
        self.expiredAt = expiredAt
    }

    /// Whether the silence is in force at a moment.
    package func holds(at moment: Instant) -> Bool {
        startsAt <= moment && moment < min(endsAt, expiredAt ?? endsAt)
    }
}
