import Labor

/// One figure of the service's own health, which a rule compares with its limits.
struct HealthReading {
    /// The aspects of health that a rule can watch.
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
        case units
    }

    /// Parameters of a rule about expected events.
    struct Expectation {
        /// How many hours before its end a silence is announced.
        var announceHours: Int
        /// The holidays, on which enterprises do not report.
        var holidays: Holidays
    }

    /// The daemon, a receiver or a silence.
    var subject: Subject
    /// The main figure, for the text of the alert.
    var value: Double
    /// The figures by limit name: minutes, days, seconds, hours, shares or counts.
    var measures: [String: Double]
    /// Texts for the alert, by name.
    var marks: [String: String] = [:]
    /// Whether the aspect is unhealthy although it may be below every threshold. Such a reading
    /// keeps an open alert open.
    var isUnsettled = false

    /// The readings of one aspect. Durations are rounded down to whole units.
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
        case .units: units(health)
        }
    }

    /// The subject of all readings about the daemon. The rule of the reading shows which aspect of
    /// the daemon it is about.
    private static let daemon = Subject(type: .system, id: "laborwatch", name: "laborwatch")

    /// Failed cycles. If they fail because the source does not answer, `system.source_unreachable`
    /// reports them, and this reading is only unsettled.
    private static func evaluation(_ health: Health, _ now: Instant) -> [HealthReading] {
        guard health.failedCycles > 0, let since = health.failingSince else { return [] }
        guard health.sourceAwaySince == nil else { return [unsettled] }
        return [failing(health, since: since, health.failedCycles, now)]
    }

    /// A source that does not answer. If cycles fail for another reason, the reading is only
    /// unsettled.
    private static func unreachable(_ health: Health, _ now: Instant) -> [HealthReading] {
        guard let since = health.sourceAwaySince else {
            return health.failedCycles > 0 ? [unsettled] : []
        }
        return [failing(health, since: since, health.sourceAwayLooks, now)]
    }

    /// A reading of consecutive failures, with their duration in minutes.
    private static func failing(
        _ health: Health, since: Instant, _ failures: Int, _ now: Instant
    ) -> HealthReading {
        let minutes = floored(now.seconds(since: since) / 60)
        return HealthReading(
            subject: daemon, value: minutes,
            measures: ["minutes": minutes, "failures": Double(failures)],
            marks: health.failure.map { ["error": line($0)] } ?? [:], isUnsettled: true)
    }

    /// An unsettled reading without figures: the service is unhealthy, but not in this aspect, as
    /// far as is known.
    private static let unsettled = HealthReading(
        subject: daemon, value: 0, measures: [:], isUnsettled: true)

    /// The age of the newest report in days, holidays subtracted in `days`. While the source does
    /// not answer, its newest report is unknown, and the reading is unsettled.
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

    /// How far the evaluation is behind the source, minutes.
    private static func lag(_ health: Health) -> [HealthReading] {
        let minutes = floored(health.lag / 60)
        return [
            HealthReading(
                subject: daemon, value: minutes, measures: ["minutes": minutes],
                marks: ["lag": health.isDatedAhead ? "dated_ahead" : "not_evaluated"])
        ]
    }

    /// An outage of the store, minutes. It is reported after its end, or during it as a notice
    /// that is not recorded.
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

    /// A foreign text as one mark, 200 characters at most. Commas are replaced, because a comma
    /// separates the items of a list.
    private static func line(_ text: String) -> String {
        String(text.prefix(200)).replacing(",", with: ";")
    }

    /// A text as one item of a list.
    private static func word(_ text: String) -> String { text.replacing(",", with: ";") }

    /// The values in quarantine: their number, those first seen in the last 24 hours, and both as
    /// shares of the rows read.
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

    /// The enterprises whose amounts look like another unit, for example 10,000 yuan instead of
    /// yuan. Before any row was read, the reading is unsettled.
    private static func units(_ health: Health) -> [HealthReading] {
        guard let doubt = health.units else { return health.rowsRead > 0 ? [] : [unsettled] }
        return [
            HealthReading(
                subject: daemon, value: doubt.median,
                measures: [
                    "values": Double(doubt.enterprises), "share": doubt.share,
                    "reporting": Double(doubt.reporting),
                ], marks: ["column": doubt.column, "unit": doubt.unit.rawValue])
        ]
    }

    /// The failures of one receiver: minutes of failure, dead letters of the last day, and whether
    /// it is disabled.
    private static func receiver(_ receiver: ReceiverHealth, _ now: Instant) -> HealthReading {
        var measures = [
            "dead": Double(receiver.deadLastDay), "pending": Double(receiver.pending),
            "gone": receiver.disabledAt == nil ? 0 : 1,
        ]
        let since = receiver.disabledAt ?? receiver.failingSince
        // A failure of less than a minute is not mentioned in the text.
        measures["minutes"] = since.map { floored(now.seconds(since: $0) / 60) }
            .flatMap { $0 > 0 ? $0 : nil }
        var marks: [String: String] = [:]
        if receiver.disabledAt != nil { marks["gone"] = "gone" }
        marks["error"] = receiver.failure.map(line)
        return HealthReading(
            subject: Subject(type: .system, id: receiver.name, name: receiver.name),
            value: measures["minutes"] ?? 0, measures: measures, marks: marks)
    }

    /// The difference from the store's clock and the jump of the own clock, whole seconds.
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

    /// The number of changes of the lease's holder within the last hour.
    private static func lease(_ health: Health) -> [HealthReading] {
        let changes = Double(health.leaseChanges)
        return [HealthReading(subject: daemon, value: changes, measures: ["changes": changes])]
    }

    /// The silences that end within `announceHours`. A silence whose whole length is at most
    /// `announceHours` is not announced.
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

    /// The number rounded down, at least 0, because a clock that was set back must not give a
    /// negative duration.
    private static func floored(_ number: Double) -> Double { max(0, number.rounded(.down)) }
}
