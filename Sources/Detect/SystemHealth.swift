import Labor

/// Whether the watching itself is well: one rule for each thing that `watch` names.
///
/// Any threshold of a tier that its figure reaches opens the tier, as long as all restrictions of
/// the tier hold. Where nobody gathered any health, as in a backtest, nothing is said.
struct SystemHealth: Detector {
    static let schema = Schema(
        detector: "system.health", kinds: [.system],
        parameters: Schema.everywhere([
            .init("watch", .choice(Sighting.Watch.allCases.map(\.rawValue))),
            .init("announce_hours", .whole(1...168), .number(24)),
        ]),
        limits: [
            .init("minutes", 0...100_000, whole: true),
            .init("days", 0...3_650, whole: true),
            .init("share", Schema.share),
            .init("new_share", Schema.share),
            .init("dead", Schema.counts, whole: true),
            .init("gone", 0...1, whole: true),
            .init("seconds", 0...100_000, whole: true),
            .init("jump_seconds", 0...100_000, whole: true),
            .init("changes", Schema.counts, whole: true),
            .init("held", Schema.counts, whole: true),
            .init("failures", Schema.counts, whole: true, role: .restriction),
            .init("values", Schema.counts, whole: true, role: .restriction),
        ], clearFactor: 1)

    private static let thresholds = schema.limits.filter { $0.role == .threshold }.map(\.name)
    private static let restrictions = schema.limits.filter { $0.role == .restriction }.map(\.name)

    private let rule: CheckedRule
    private let watch: Sighting.Watch
    private let announceHours: Int

    init(_ rule: CheckedRule) {
        self.rule = rule
        // The schema lets no other word through.
        watch = Sighting.Watch(rawValue: rule.base.text("watch")) ?? .evaluation
        announceHours = rule.base.whole("announce_hours")
    }

    func evaluate(_ scan: Scan, watching: [EpisodeKey]) -> Outcome {
        guard let health = scan.facts.health else { return Outcome(findings: [], statuses: [:]) }
        let now = scan.asOf.instant
        let period = scan.asOf.day.period
        var statuses: [EpisodeKey: SubjectStatus] = [:]
        for key in watching { statuses[key] = .clear(through: period) }
        var findings: [Finding] = []
        for sighting in Sighting.all(of: watch, in: health, at: now, announceHours: announceHours) {
            if let finding = finding(sighting, period) {
                findings.append(finding)
            } else if sighting.isUnsettled {
                let key = EpisodeKey(
                    rule: rule.id, subjectType: .system, subjectID: sighting.subject.id)
                statuses[key] = .silent
            }
        }
        return Outcome(findings: findings, statuses: statuses)
    }

    private func finding(_ sighting: Sighting, _ period: Period) -> Finding? {
        let measures = sighting.measures
        let verdict = rule.base.ladder.judge { limits in
            SystemHealth.restrictions.allSatisfy { limits.allows($0, measures[$0] ?? 0) }
                && SystemHealth.thresholds.contains { name in
                    measures[name].map { limits.reached(name, by: $0) } ?? false
                }
        }
        guard let verdict else { return nil }
        return Finding(
            rule: rule.id, kind: rule.kind, subject: sighting.subject, period: period,
            raises: verdict.raises, holds: verdict.holds, certainty: .observed,
            evidence: Evidence(
                value: sighting.value, threshold: verdict.threshold, measures: measures,
                marks: sighting.marks))
    }
}

/// One thing about the watching that limits may be held against.
struct Sighting {
    /// What a rule may watch.
    enum Watch: String, CaseIterable {
        case evaluation
        case sourceStale = "source_stale"
        case quarantine
        case receiver
        case clock
        case lease
        case silenceEnding = "silence_ending"
    }

    var subject: Subject
    /// The figure that a reader asks for first.
    var value: Double
    var measures: [String: Double]
    var marks: [String: String] = [:]
    /// Whether it is bad already though no limit is reached, so that nothing that stands ends by it.
    var isUnsettled = false

    /// What there is to see of one thing, with figures as whole as people speak of them.
    static func all(
        of watch: Watch, in health: Health, at now: Instant, announceHours: Int
    ) -> [Sighting] {
        switch watch {
        case .evaluation: evaluation(health, now)
        case .sourceStale: source(health, now)
        case .quarantine: quarantine(health)
        case .receiver: health.receivers.map { receiver($0, now) }
        case .clock: clock(health)
        case .lease: lease(health)
        case .silenceEnding: silences(health, now, announceHours)
        }
    }

    /// The daemon as a subject; a rule tells which side of it is meant.
    private static let daemon = Subject(type: .system, id: "laborwatch", name: "laborwatch")

    private static func evaluation(_ health: Health, _ now: Instant) -> [Sighting] {
        guard health.failedCycles > 0, let since = health.failingSince else { return [] }
        let minutes = floored(now.seconds(since: since) / 60)
        var marks: [String: String] = [:]
        // A comma would make a list of it.
        marks["error"] = health.failure.map { String($0.prefix(200)).replacing(",", with: ";") }
        return [
            Sighting(
                subject: daemon, value: minutes,
                measures: ["minutes": minutes, "failures": Double(health.failedCycles)],
                marks: marks, isUnsettled: true)
        ]
    }

    private static func source(_ health: Health, _ now: Instant) -> [Sighting] {
        guard let newest = health.newestReport else { return [] }
        let days = floored(now.seconds(since: newest) / 86_400)
        return [Sighting(subject: daemon, value: days, measures: ["days": days])]
    }

    private static func quarantine(_ health: Health) -> [Sighting] {
        let rows = Double(max(health.rowsRead, health.quarantined))
        guard rows > 0 else { return [] }
        let count = Double(health.quarantined)
        let new = Double(min(health.quarantinedLastDay, health.quarantined))
        return [
            Sighting(
                subject: daemon, value: count,
                measures: [
                    "values": count, "new": new, "share": count / rows, "new_share": new / rows,
                ])
        ]
    }

    private static func receiver(_ receiver: ReceiverHealth, _ now: Instant) -> Sighting {
        var measures = [
            "dead": Double(receiver.deadLastDay), "pending": Double(receiver.pending),
            "gone": receiver.disabledAt == nil ? 0 : 1,
        ]
        let since = receiver.disabledAt ?? receiver.failingSince
        measures["minutes"] = since.map { floored(now.seconds(since: $0) / 60) }
        var marks: [String: String] = [:]
        if receiver.disabledAt != nil { marks["gone"] = "gone" }
        return Sighting(
            subject: Subject(type: .system, id: receiver.name, name: receiver.name),
            value: measures["minutes"] ?? 0, measures: measures, marks: marks)
    }

    private static func clock(_ health: Health) -> [Sighting] {
        let lead = floored(abs(health.clockLead))
        let jump = floored(abs(health.clockJump))
        var marks: [String: String] = [:]
        if lead > 0 { marks["clock"] = health.clockLead > 0 ? "clock_ahead" : "clock_behind" }
        if jump > 0 { marks["jump"] = health.clockJump > 0 ? "jump_forward" : "jump_back" }
        return [
            Sighting(
                subject: daemon, value: max(lead, jump),
                measures: ["seconds": lead, "jump_seconds": jump], marks: marks)
        ]
    }

    private static func lease(_ health: Health) -> [Sighting] {
        let changes = Double(health.leaseChanges)
        return [Sighting(subject: daemon, value: changes, measures: ["changes": changes])]
    }

    /// A silence shorter than the announcement is over before its end is news.
    private static func silences(
        _ health: Health, _ now: Instant, _ announceHours: Int
    ) -> [Sighting] {
        let announced = Double(announceHours) * 3_600
        return health.silences.compactMap { silence in
            let left = silence.endsAt.seconds(since: now)
            guard left > 0, left <= announced,
                silence.endsAt.seconds(since: silence.startsAt) > announced
            else { return nil }
            let held = Double(silence.held)
            return Sighting(
                subject: Subject(
                    type: .system, id: "silence/\(silence.id)", name: String(silence.id)),
                value: held,
                measures: ["held": held, "hours_left": (left / 3_600).rounded(.up)],
                marks: ["by": silence.createdBy.replacing(",", with: ";")])
        }
    }

    /// A clock that went back makes no negative time.
    private static func floored(_ number: Double) -> Double { max(0, number.rounded(.down)) }
}
