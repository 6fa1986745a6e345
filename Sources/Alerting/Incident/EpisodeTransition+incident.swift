import Labor

/// Transitions of an incident. At most one event follows from one step, so that people get one
/// message: the most important of those that apply, in the order of the table.
///
/// | the alerts of the incident | event (reason) |
/// | --- | --- |
/// | the first alert | raised (threshold_crossed) |
/// | all have ended, each withdrawn | withdrawn (the reason of the last one) |
/// | all have ended | resolved (the reason of the last one) |
/// | one is credible, before all were on record only | confirmed (became_credible) |
/// | the highest tier rose or fell | tier_changed (tier_rose, tier_fell) |
/// | one of another kind joined | joined (another_kind) |
/// | one is certain, before none was | confirmed (later_report_confirms, figures_stand) |
/// | anything else | – |
extension EpisodeTransition {
    /// A transition that opens an incident.
    init(
        opening id: AlertID, about subject: Subject, _ figures: IncidentFigures,
        _ traits: IncidentTraits, asOf: Instant, at: Instant, clocks: ResponseClocks?,
        because reason: Reason = .thresholdCrossed
    ) {
        let lead = figures.lead
        var traits = traits
        traits.isRecordOnly = figures.isRecordOnly
        var evidence = figures.evidence
        evidence.measures["alerts"] = Double(traits.alerts)
        let incident = Episode(
            id: id, rule: .incident, kind: lead.kind, subject: subject, tier: figures.tier,
            peakTier: figures.tier, state: .firing, certainty: figures.certainty,
            startedPeriod: lead.startedPeriod, period: lead.period, firstRaisedAt: at,
            lastEventAt: at, lastToldAt: at, persons: figures.persons, share: lead.share,
            amount: figures.amount, evidence: evidence, asOf: asOf,
            quietPeriod: figures.quietPeriod, quietSince: figures.quietSince, sequence: 0,
            incident: traits)
        self.init(incident, asOf: asOf, at: at, clocks: clocks)
        say(
            .raised, reason, tier: figures.tier,
            state: figures.certainty == .provisional ? .provisional : .firing)
    }

    /// A transition that opens an incident for alerts that an older version of the program raised.
    /// It keeps the deadline, the level and the acknowledgement of the alerts.
    init(
        adopting id: AlertID, about subject: Subject, _ figures: IncidentFigures,
        _ traits: IncidentTraits, alerts: [Episode], asOf: Instant, at: Instant
    ) {
        self.init(
            opening: id, about: subject, figures, traits, asOf: asOf, at: at, clocks: nil,
            because: .adopted)
        let open = alerts.filter(\.state.isOpen)
        episode.level = open.map(\.level).max() ?? 0
        episode.nextClockAt = open.compactMap(\.nextClockAt).min()
        if open.allSatisfy({ $0.state == .acknowledged }) {
            episode.state = .acknowledged
            episode.acknowledgedTier = open.compactMap(\.acknowledgedTier).max()
        }
    }

    /// Applies the present figures of the open alerts.
    /// - Parameters:
    ///   - traits: the traits after the alerts of this step joined.
    ///   - reason: the reason of an alert's own confirmation in this step; nil without one.
    mutating func follow(
        _ figures: IncidentFigures, _ traits: IncidentTraits, confirmedBy reason: Reason?
    ) {
        let before = episode
        let wasRecordOnly = episode.incident?.isRecordOnly ?? false
        let kinds = episode.incident?.kinds ?? []
        take(figures, traits)
        if wasRecordOnly, !figures.isRecordOnly {
            settleCertainty(figures)
            say(
                .confirmed, .becameCredible, tier: figures.tier,
                state: stateAfterRise(to: figures.tier))
        } else if figures.tier > episode.tier {
            settleCertainty(figures)
            rise(to: figures.tier)
        } else if figures.tier < episode.tier {
            settleCertainty(figures)
            say(.tierChanged, .tierFell, tier: figures.tier, state: episode.state)
        } else if traits.kinds.count > kinds.count, !figures.isRecordOnly {
            settleCertainty(figures)
            say(.joined, .anotherKind, tier: episode.tier, state: episode.state)
        } else if before.certainty == .provisional, figures.certainty != .provisional {
            confirm(reason ?? .laterReportConfirms)
            episode.certainty = figures.certainty
        } else {
            episode.certainty = figures.certainty
        }
        if episode != before { episode.asOf = asOf }
    }

    /// Ends the incident after its last alert ended.
    mutating func end(after events: [AlertEvent]) {
        let ends = events.filter(\.what.endsEpisode)
        let isWithdrawn = !ends.isEmpty && ends.allSatisfy { $0.what == .withdrawn }
        let reasons = Set(ends.map(\.reason))
        let reason = reasons.count == 1 ? ends.last?.reason : nil
        let actor = ends.last.flatMap { event in
            event.actor.map { Actor($0, onBehalfOf: event.onBehalfOf) }
        }
        end(isWithdrawn ? .withdrawn : .resolved, reason ?? .alertsEnded, actor: actor)
    }

    /// Ends the incident because it is one with an older incident.
    mutating func merge() {
        episode.resolvedAt = at
        say(.merged, .sameIncident, tier: episode.tier, state: .resolved)
    }

    private mutating func take(_ figures: IncidentFigures, _ traits: IncidentTraits) {
        let lead = figures.lead
        var traits = traits
        traits.isRecordOnly = figures.isRecordOnly
        if figures.tier > episode.tier {
            traits.raisedPeriod = max(traits.raisedPeriod, lead.period)
        }
        episode.kind = lead.kind
        episode.period = lead.period
        episode.persons = figures.persons
        episode.share = lead.share
        episode.amount = figures.amount
        episode.evidence = figures.evidence
        episode.evidence.measures["alerts"] = Double(traits.alerts)
        episode.quietSince = figures.quietSince
        episode.quietPeriod = figures.quietPeriod
        episode.incident = traits
        if lead.subject.type == episode.subject.type, lead.subject.id == episode.subject.id {
            episode.subject = lead.subject
        }
    }

    /// Takes over the certainty without an event of its own, because another event states it.
    private mutating func settleCertainty(_ figures: IncidentFigures) {
        episode.certainty = figures.certainty
        if episode.state == .provisional, figures.certainty != .provisional {
            episode.state = .firing
        }
    }
}
