import Labor

/// One thing about the watching that limits may be held against.
struct HealthReading {
    /// What a rule may watch.
    enum Watch: String, CaseIterable {
        case evaluation
        case sourceStale = "source_stale"
        case quarantine
        case receiver
        case clock
        case lease
        case silenceEnding = "silence_ending"
        case sourceUnreachable = "source_unreachable"
        case lag
        case store
    }

    /// What a rule says of the days on which something is to be expected.
    struct Expectation {
        /// How long before its end a silence is announced.
        var announceHours: Int
        /// The days on which nobody reports.
        var holidays: Holidays
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
        of watch: Watch, in health: Health, at asOf: AsOf, _ expectation: Expectation
    ) -> [HealthReading] {
        let now = asOf.instant
        return switch watch {
        case .evaluation: evaluation(health, now)
        case .sourceStale: source(health, asOf, expectation.holidays)
        case .quarantine: quarantine(health)
        case .receiver: health.receivers.map { receiver($0, now) }
        case .clock: clock(health)
        case .lease: lease(health)
        case .silenceEnding: silences(health, now, expectation.announceHours)
        case .sourceUnreachable: unreachable(health, now)
        case .lag: lag(health)
        case .store: store(health, now)
        }
    }

    /// The daemon as a subject; a rule tells which side of it is meant.
    private static let daemon = Subject(type: .system, id: "laborwatch", name: "laborwatch")

    /// Cycles that fail because nobody answers at the source are told as that.
    private static func evaluation(_ health: Health, _ now: Instant) -> [HealthReading] {
        guard health.failedCycles > 0, let since = health.failingSince else { return [] }
        guard health.sourceAwaySince == nil else { return [unsettled] }
        return [failing(health, since: since, health.failedCycles, now)]
    }

    private static func unreachable(_ health: Health, _ now: Instant) -> [HealthReading] {
        guard let since = health.sourceAwaySince else {
            return health.failedCycles > 0 ? [unsettled] : []
        }
        return [failing(health, since: since, health.sourceAwayLooks, now)]
    }

    private static func failing(
        _ health: Health, since: Instant, _ failures: Int, _ now: Instant
    ) -> HealthReading {
        let minutes = floored(now.seconds(since: since) / 60)
        return HealthReading(
            subject: daemon, value: minutes,
            measures: ["minutes": minutes, "failures": Double(failures)],
            marks: health.failure.map { ["error": line($0)] } ?? [:], isUnsettled: true)
    }

    /// Something is wrong, but not this, as far as can be seen.
    private static let unsettled = HealthReading(
        subject: daemon, value: 0, measures: [:], isUnsettled: true)

    /// Whether anything is new at a source that nobody reaches is not known.
    private static func source(
        _ health: Health, _ asOf: AsOf, _ holidays: Holidays
    ) -> [HealthReading] {
        guard let newest = health.newestReport else { return [] }
        if health.sourceAwaySince != nil { return [unsettled] }
        let age = floored(asOf.instant.seconds(since: newest) / 86_400)
        let last = asOf.day.adding(days: -Int(min(age, 100_000)))
        let rest = Double(holidays.count(after: last, through: asOf.day))
        return [
            HealthReading(
                subject: daemon, value: age,
                measures: ["days": max(0, age - rest), "age": age, "holidays": rest],
                marks: rest > 0 ? ["holidays": "holidays_left_out"] : [:])
        ]
    }

    private static func lag(_ health: Health) -> [HealthReading] {
        let minutes = floored(health.lag / 60)
        return [
            HealthReading(
                subject: daemon, value: minutes, measures: ["minutes": minutes],
                marks: ["lag": health.isDatedAhead ? "dated_ahead" : "not_evaluated"])
        ]
    }

    /// An outage is told once it is over, or while nothing can be written down.
    private static func store(_ health: Health, _ now: Instant) -> [HealthReading] {
        guard let outage = health.outage else { return [] }
        let minutes = floored(outage.through.seconds(since: outage.since) / 60)
        var marks = ["since": line(outage.begin), "reason": line(outage.reason)]
        if !outage.isRecorded { marks["record"] = "unrecorded" }
        if !outage.told.isEmpty { marks["told"] = outage.told.map(word).joined(separator: ",") }
        if !outage.untold.isEmpty {
            marks["untold"] = outage.untold.map(word).joined(separator: ",")
        }
        return [
            HealthReading(
                subject: daemon, value: minutes, measures: ["minutes": minutes], marks: marks)
        ]
    }

    /// A text from elsewhere as one mark: a comma would make a list of it.
    private static func line(_ text: String) -> String {
        String(text.prefix(200)).replacing(",", with: ";")
    }

    private static func word(_ text: String) -> String { text.replacing(",", with: ";") }

    private static func quarantine(_ health: Health) -> [HealthReading] {
        let rows = Double(max(health.rowsRead, health.quarantined))
        guard rows > 0 else { return [] }
        let count = Double(health.quarantined)
        let new = Double(min(health.quarantinedLastDay, health.quarantined))
        return [
            HealthReading(
                subject: daemon, value: count,
                measures: [
                    "values": count, "new": new, "share": count / rows, "new_share": new / rows,
                ])
        ]
    }

    private static func receiver(_ receiver: ReceiverHealth, _ now: Instant) -> HealthReading {
        var measures = [
            "dead": Double(receiver.deadLastDay), "pending": Double(receiver.pending),
            "gone": receiver.disabledAt == nil ? 0 : 1,
        ]
        let since = receiver.disabledAt ?? receiver.failingSince
        // Less than a minute is not worth a sentence.
        measures["minutes"] = since.map { floored(now.seconds(since: $0) / 60) }
            .flatMap { $0 > 0 ? $0 : nil }
        var marks: [String: String] = [:]
        if receiver.disabledAt != nil { marks["gone"] = "gone" }
        marks["error"] = receiver.failure.map(line)
        return HealthReading(
            subject: Subject(type: .system, id: receiver.name, name: receiver.name),
            value: measures["minutes"] ?? 0, measures: measures, marks: marks)
    }

    private static func clock(_ health: Health) -> [HealthReading] {
        let lead = floored(abs(health.clockLead))
        let jump = floored(abs(health.clockJump))
        var marks: [String: String] = [:]
        if lead > 0 { marks["clock"] = health.clockLead > 0 ? "clock_ahead" : "clock_behind" }
        if jump > 0 { marks["jump"] = health.clockJump > 0 ? "jump_forward" : "jump_back" }
        return [
            HealthReading(
                subject: daemon, value: max(lead, jump),
                measures: ["seconds": lead, "jump_seconds": jump], marks: marks)
        ]
    }

    private static func lease(_ health: Health) -> [HealthReading] {
        let changes = Double(health.leaseChanges)
        return [HealthReading(subject: daemon, value: changes, measures: ["changes": changes])]
    }

    /// A silence shorter than the announcement is over before its end is news.
    private static func silences(
        _ health: Health, _ now: Instant, _ announceHours: Int
    ) -> [HealthReading] {
        let announced = Double(announceHours) * 3_600
        return health.silences.compactMap { silence in
            let left = silence.endsAt.seconds(since: now)
            guard left > 0, left <= announced,
                silence.endsAt.seconds(since: silence.startsAt) > announced
            else { return nil }
            let held = Double(silence.held)
            return HealthReading(
                subject: Subject(
                    type: .system, id: "silence/\(silence.id)", name: String(silence.id)),
                value: held,
                measures: ["held": held, "hours_left": (left / 3_600).rounded(.up)],
                marks: ["by": word(silence.createdBy)])
        }
    }

    /// A clock that went back makes no negative time.
    private static func floored(_ number: Double) -> Double { max(0, number.rounded(.down)) }
}
