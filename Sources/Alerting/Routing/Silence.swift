package import Labor

/// What is not to be told for a while. Conditions that are nil do not narrow; all must hold.
package struct SilenceMatcher: Hashable, Sendable {
    /// Alerts of this rule.
    package var rule: RuleID?
    /// Alerts of this kind.
    package var kind: AlertKind?
    /// Alerts about this kind of subject; goes with `subjectID`.
    package var subjectType: SubjectType?
    /// Alerts about this subject.
    package var subjectID: String?
    /// Alerts in this region and below.
    package var region: RegionCode?
    /// Alerts up to this tier.
    package var tierMax: Tier?

    /// A matcher without conditions; one that stays so, or has a tier alone, is refused, as it would
    /// silence the whole bureau.
    package init() {}
}

/// A silence with who made it, until when and why.
package struct Silence: Hashable, Sendable {
    /// The identity.
    package var id: Int64
    /// What is silenced.
    package var matcher: SilenceMatcher
    /// From when.
    package var startsAt: Instant
    /// Until when, unless it was ended early.
    package var endsAt: Instant
    /// Why.
    package var reason: String
    /// Who.
    package var createdBy: String
    /// When a person ended it early.
    package var expiredAt: Instant?

    /// A silence from its parts.
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

    /// Whether it holds at a moment.
    package func holds(at moment: Instant) -> Bool {
        startsAt <= moment && moment < min(endsAt, expiredAt ?? endsAt)
    }
}
