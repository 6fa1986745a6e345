package import Alerting
package import Labor

/// One alert of a test, which produces event after event.
package struct SampleAlert: Sendable {
    /// The episode after the last event.
    package private(set) var episode: Episode

    /// An alert of an enterprise before its first event.
    /// - Parameters:
    ///   - number: the enterprise.
    ///   - start: the start of the alert; it differs between two alerts of one enterprise.
    package init(_ number: Int, from start: Instant) {
        let key = EpisodeKey(
            rule: "layoff.statutory", subjectType: .enterprise, subjectID: "\(number)")
        let period = Period(year: 2026, month: 10)
        episode = Episode(
            id: AlertID(key, firstAsOf: start), rule: key.rule, kind: .layoff,
            subject: Subject(type: .enterprise, id: "\(number)", name: "企业\(number)"),
            tier: .yellow, peakTier: .yellow, state: .firing, certainty: .observed,
            startedPeriod: period, period: period, firstRaisedAt: start, lastEventAt: start,
            lastToldAt: start, persons: 126, evidence: Evidence(value: 280), asOf: start,
            sequence: 0)
    }

    /// Adds an event.
    /// - Returns: the event with its texts.
    package mutating func tell(
        _ what: AlertWhat, tier: Tier? = nil, at moment: Instant
    ) -> AlertNotice {
        let before = episode
        episode.sequence += 1
        episode.tier = tier ?? before.tier
        episode.peakTier = max(before.peakTier, episode.tier)
        episode.lastEventAt = moment
        episode.lastToldAt = moment
        episode.asOf = moment
        if what.endsEpisode {
            episode.state = what == .withdrawn ? .withdrawn : .resolved
            episode.resolvedAt = moment
            episode.nextClockAt = nil
        }
        let isFirst = what == .raised
        let event = AlertEvent(
            id: episode.id.eventID(sequence: episode.sequence), alertID: episode.id,
            sequence: episode.sequence, at: moment, asOf: moment, what: what,
            reason: .thresholdCrossed, fromTier: isFirst ? nil : before.tier,
            toTier: episode.tier, fromState: isFirst ? nil : before.state,
            toState: episode.state, rule: episode.rule, kind: episode.kind,
            certainty: episode.certainty, subject: episode.subject, period: episode.period,
            persons: episode.persons, evidence: episode.evidence)
        let words = AlertText(title: "裁员", summary: "减员126人。")
        return AlertNotice(event: event, texts: [.chinese: words, .english: words])
    }

    /// Sets the response deadline; nil for none.
    package mutating func setClock(_ moment: Instant?) {
        episode.nextClockAt = moment
    }
}
