import Labor
import Settings

/// The health of the daemon in a test, day by day. On a day without an entry the daemon is healthy.
struct RuleTestHealth: Sendable {
    /// One span of days with the given numbers; moments are before the end of each day.
    private struct Span: Sendable {
        var days: ClosedRange<Day>
        var failedCycles = 0
        var failingMinutes: Int64?
        var awayMinutes: Int64?
        var lagMinutes = 0
        var isDatedAhead = false
        var outageMinutes: Int64?
        var newestReport: Day?
        var rowsRead = 0
        var quarantined = 0
        var quarantinedLastDay = 0
        var units: UnitDoubt?
        var leaseChanges = 0
        var clockLead = 0.0
        var clockJump = 0.0
        var receivers: [Receiver] = []
        var silences: [Silence] = []
    }

    private struct Receiver: Sendable {
        var name: String
        var failingMinutes: Int64?
        var goneMinutes: Int64?
        var dead = 0
        var pending = 0
    }

    private struct Silence: Sendable {
        var id: Int64
        var hoursLeft: Int64
        var hours: Int64
        var held: Int
    }

    private var spans: [Span] = []

    /// The health at the end of a day.
    func on(_ day: Day, _ zone: Zone) -> Health {
        guard let span = spans.first(where: { $0.days.contains(day) }) else { return Health() }
        let end = zone.asOf(day).instant
        func before(_ minutes: Int64) -> Instant { end.adding(seconds: -60 * minutes) }
        var health = Health()
        health.failedCycles = span.failedCycles
        health.failingSince = span.failingMinutes.map(before)
        health.sourceAwaySince = span.awayMinutes.map(before)
        health.sourceAwayLooks = span.awayMinutes == nil ? 0 : span.failedCycles
        health.lag = Double(span.lagMinutes) * 60
        health.isDatedAhead = span.isDatedAhead
        health.outage = span.outageMinutes.map {
            var outage = StoreOutage(
                since: before($0), begin: zone.text(before($0)), reason: "no answer")
            outage.through = end
            outage.isRecorded = true
            return outage
        }
        health.newestReport = span.newestReport.map { zone.asOf($0).instant }
        health.rowsRead = span.rowsRead
        health.quarantined = span.quarantined
        health.quarantinedLastDay = span.quarantinedLastDay
        health.units = span.units
        health.leaseChanges = span.leaseChanges
        health.clockLead = span.clockLead
        health.clockJump = span.clockJump
        health.receivers = span.receivers.map {
            ReceiverHealth(
                name: $0.name, disabledAt: $0.goneMinutes.map(before),
                failingSince: $0.failingMinutes.map(before), pending: $0.pending,
                deadLastDay: $0.dead)
        }
        health.silences = span.silences.map {
            let over = end.adding(seconds: 3_600 * $0.hoursLeft)
            return SilenceHealth(
                id: $0.id, startsAt: over.adding(seconds: -3_600 * $0.hours), endsAt: over,
                createdBy: "test", held: $0.held)
        }
        return health
    }

    /// Reads the spans of a test.
    static func read(_ node: YAMLNode, _ reader: inout YAMLReader) -> RuleTestHealth {
        var health = RuleTestHealth()
        for item in reader.list(node, of: "days") ?? [] {
            health.spans += readSpan(item, &reader).map { [$0] } ?? []
        }
        return health
    }

    private static let keys = [
        "on", "from", "to", "failed_cycles", "failing_minutes", "newest_report", "rows_read",
        "quarantined", "quarantined_last_day", "lease_changes", "clock_lead", "clock_jump",
        "receivers", "silences", "away_minutes", "lag_minutes", "dated_ahead", "outage_minutes",
        "units",
    ]

    private static func readSpan(_ node: YAMLNode, _ reader: inout YAMLReader) -> Span? {
        guard reader.map(node, keys: keys) != nil else { return nil }
        let first = (node["on"] ?? node["from"]).flatMap { reader.day($0) }
        let last = (node["on"] ?? node["to"]).flatMap { reader.day($0) }
        guard let first, let last, first <= last else {
            reader.report(
                node, "the days of the health are missing or out of order",
                hint: "write 'on: 2026-11-02', or 'from' and 'to'")
            return nil
        }
        var span = Span(days: first...last)
        span.failedCycles = count(node["failed_cycles"], &reader) ?? 0
        span.failingMinutes = count(node["failing_minutes"], &reader).map { Int64($0) }
        span.awayMinutes = count(node["away_minutes"], &reader).map { Int64($0) }
        span.lagMinutes = count(node["lag_minutes"], &reader) ?? 0
        span.isDatedAhead = node["dated_ahead"].flatMap { reader.flag($0) } ?? false
        span.outageMinutes = count(node["outage_minutes"], &reader).map { Int64($0) }
        span.newestReport = node["newest_report"].flatMap { reader.day($0) }
        span.rowsRead = count(node["rows_read"], &reader) ?? 0
        span.quarantined = count(node["quarantined"], &reader) ?? 0
        span.quarantinedLastDay = count(node["quarantined_last_day"], &reader) ?? 0
        span.units = node["units"].flatMap { readUnits($0, &reader) }
        span.leaseChanges = count(node["lease_changes"], &reader) ?? 0
        span.clockLead = node["clock_lead"].flatMap { reader.number($0) } ?? 0
        span.clockJump = node["clock_jump"].flatMap { reader.number($0) } ?? 0
        for item in node["receivers"].flatMap({ reader.list($0, of: "receivers") }) ?? [] {
            span.receivers += readReceiver(item, &reader).map { [$0] } ?? []
        }
        for item in node["silences"].flatMap({ reader.list($0, of: "silences") }) ?? [] {
            span.silences += readSilence(item, &reader).map { [$0] } ?? []
        }
        return span
    }

    private static func readReceiver(
        _ node: YAMLNode, _ reader: inout YAMLReader
    ) -> Receiver? {
        let keys = ["name", "failing_minutes", "gone_minutes", "dead", "pending"]
        guard reader.map(node, keys: keys, required: ["name"]) != nil,
            let name = node["name"].flatMap({ reader.line($0, expected: "a name") })
        else { return nil }
        return Receiver(
            name: name,
            failingMinutes: count(node["failing_minutes"], &reader).map { Int64($0) },
            goneMinutes: count(node["gone_minutes"], &reader).map { Int64($0) },
            dead: count(node["dead"], &reader) ?? 0, pending: count(node["pending"], &reader) ?? 0)
    }

    private static func readUnits(_ node: YAMLNode, _ reader: inout YAMLReader) -> UnitDoubt? {
        let keys = ["column", "enterprises", "reporting", "median", "unit"]
        guard reader.map(node, keys: keys, required: keys) != nil,
            let column = node["column"].flatMap({ reader.line($0, expected: "a column") }),
            let enterprises = count(node["enterprises"], &reader),
            let reporting = count(node["reporting"], &reader),
            let median = node["median"].flatMap({ reader.number($0) }),
            let word = node["unit"].flatMap({ reader.line($0, expected: "a unit") })
        else { return nil }
        guard let unit = UnitDoubt.Unit(rawValue: "unit_\(word)") else {
            let words = UnitDoubt.Unit.allCases.map { $0.rawValue.dropFirst("unit_".count) }
            reader.report(
                node, "there is no unit '\(word)'", hint: "write \(words.joined(separator: ", "))")
            return nil
        }
        return UnitDoubt(
            column: column, enterprises: enterprises, reporting: reporting, median: median,
            unit: unit)
    }

    private static func readSilence(_ node: YAMLNode, _ reader: inout YAMLReader) -> Silence? {
        let keys = ["id", "hours_left", "hours", "held"]
        guard reader.map(node, keys: keys, required: keys) != nil,
            let id = count(node["id"], &reader), let left = count(node["hours_left"], &reader),
            let hours = count(node["hours"], &reader), let held = count(node["held"], &reader)
        else { return nil }
        return Silence(id: Int64(id), hoursLeft: Int64(left), hours: Int64(hours), held: held)
    }

    private static func count(_ node: YAMLNode?, _ reader: inout YAMLReader) -> Int? {
        node.flatMap { reader.whole($0, in: 0...100_000_000) }
    }
}
