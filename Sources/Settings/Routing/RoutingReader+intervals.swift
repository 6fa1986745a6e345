import Alerting
import Foundation
import Labor

extension RoutingReader {
    private static let spanKeys = [
        "times", "weekdays", "days_of_month", "months", "years", "holidays",
    ]
    private static let weekdays = [
        "monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday",
    ]

    /// Reads intervals. They are added to the built-in ones; an interval replaces one of the same
    /// name.
    mutating func readIntervals(_ node: YAMLNode) {
        for entry in values.map(node, keys: nil) ?? [] {
            var value = entry.value
            value.line = entry.line
            value.column = entry.column
            let letters = Set("abcdefghijklmnopqrstuvwxyz0123456789_-")
            guard !entry.key.isEmpty, entry.key.allSatisfy(letters.contains) else {
                values.report(
                    value, "expected an interval's name of a-z, 0-9, _ and -",
                    hint: "write 'nights:'")
                continue
            }
            routing.intervals[entry.key] = readInterval(entry.value, name: entry.key)
        }
    }

    private mutating func readInterval(_ node: YAMLNode, name: String) -> ClockInterval? {
        var spans = node
        var zone: Zone?
        if node.isMap {
            guard values.map(node, keys: ["location", "spans"], required: ["spans"]) != nil,
                let inner = node["spans"]
            else { return nil }
            spans = inner
            if let location = node["location"], let text = values.line(location) {
                zone = Zone(named: text)
                if zone == nil {
                    values.report(
                        location, "the zone table has no time zone \(location.words)",
                        hint: ZoneTable.hint(text))
                }
            }
        }
        guard let items = values.list(spans, of: "spans") else { return nil }
        if items.isEmpty {
            values.report(
                spans, "the interval '\(name)' has no spans, so that it never holds",
                hint: "write - {times: [\"22:00-07:30\"]}")
        }
        return ClockInterval(name: name, spans: items.compactMap { readSpan($0) }, zone: zone)
    }

    private mutating func readSpan(_ node: YAMLNode) -> ClockInterval.Span? {
        guard let entries = values.map(node, keys: RoutingReader.spanKeys) else { return nil }
        if entries.isEmpty {
            values.report(
                node, "a span without conditions always holds",
                hint: "say when: times, weekdays, days_of_month, months, years or holidays")
        }
        var span = ClockInterval.Span()
        if let times = node["times"] {
            span.times = items(times, of: "times").flatMap { readTimes($0) }
        }
        if let days = node["weekdays"] {
            span.weekdays = Set(items(days, of: "weekdays").flatMap { readWeekdays($0) })
        }
        if let days = node["days_of_month"] {
            span.daysOfMonth = items(days, of: "days of the month").compactMap { item in
                guard let range = readRange(item, "a day of the month", in: -31...31) else {
                    return nil
                }
                guard !range.contains(0), (range.lowerBound < 0) == (range.upperBound < 0) else {
                    values.report(
                        item, "there is no day 0 of a month, found \(item.words)",
                        hint: "days count from 1, and from -1 for the last one: \"-3:-1\"")
                    return nil
                }
                return range
            }
        }
        if let months = node["months"] {
            span.months = Set(
                items(months, of: "months").flatMap {
                    readRange($0, "a month", in: 1...12).map(Array.init) ?? []
                })
        }
        if let years = node["years"] {
            span.years = items(years, of: "years").compactMap {
                readRange($0, "a year", in: 2000...2200)
            }
        }
        span.holidays = node["holidays"].flatMap {
            values.choice($0, of: ClockInterval.Holidays.self)
        }
        return span
    }

    /// Reads `22:00-07:30`, in minutes of the day. A time over midnight gives two ranges of the
    /// same civil day: early morning and evening.
    private mutating func readTimes(_ node: YAMLNode) -> [Range<Int>] {
        guard let text = values.line(node, expected: "times") else { return [] }
        let parts = text.split(separator: "-", omittingEmptySubsequences: false)
        let minutes = parts.compactMap { RoutingReader.minute($0) }
        guard parts.count == 2, minutes.count == 2, minutes[0] != minutes[1], minutes[0] < 1_440
        else {
            values.report(
                node, "expected times of a day, found \(node.words)",
                hint: "write \"09:00-18:00\", or \"22:00-07:30\" over midnight; 24:00 is the end")
            return []
        }
        if minutes[0] < minutes[1] { return [minutes[0]..<minutes[1]] }
        return [0..<minutes[1], minutes[0]..<1_440].filter { !$0.isEmpty }
    }

    private static func minute(_ text: Substring) -> Int? {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count == 2, parts.allSatisfy({ $0.count == 2 }),
            let hour = Int(parts[0]), let minute = Int(parts[1]), (0...24).contains(hour),
            (0..<60).contains(minute), hour < 24 || minute == 0
        else { return nil }
        return hour * 60 + minute
    }

    /// Reads `monday` or `monday:friday`; `saturday:monday` includes Sunday. Monday is 1.
    private mutating func readWeekdays(_ node: YAMLNode) -> [Int] {
        guard let text = values.line(node, expected: "a weekday") else { return [] }
        let names = text.split(separator: ":", omittingEmptySubsequences: false).map(String.init)
        var numbers: [Int] = []
        for name in names {
            guard let index = RoutingReader.weekdays.firstIndex(of: name) else {
                values.report(
                    node, "there is no weekday '\(name)'",
                    hint: NearestName.near(name, among: RoutingReader.weekdays)
                        .map { "did you mean '\($0)'?" } ?? "write monday or \"monday:friday\"")
                return []
            }
            numbers.append(index + 1)
        }
        guard numbers.count <= 2, let first = numbers.first, let last = numbers.last else {
            values.report(
                node, "expected a weekday or two, found \(node.words)",
                hint: "write \"monday:friday\"")
            return []
        }
        return first <= last ? Array(first...last) : Array(first...7) + Array(1...last)
    }

    /// Reads a number, or a first and a last number with `:` between them; otherwise nil, with a
    /// problem reported.
    private mutating func readRange(
        _ node: YAMLNode, _ what: String, in bounds: ClosedRange<Int>
    ) -> ClosedRange<Int>? {
        guard let text = values.line(node, expected: what) else { return nil }
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        let numbers = parts.compactMap { Int($0) }
        guard (1...2).contains(parts.count), numbers.count == parts.count,
            let first = numbers.first, let last = numbers.last, first <= last,
            bounds.contains(first), bounds.contains(last)
        else {
            values.report(
                node,
                "expected \(what) from \(bounds.lowerBound) to \(bounds.upperBound), "
                    + "found \(node.words)",
                hint: "write a number, or the first and the last: \"1:5\"")
            return nil
        }
        return first...last
    }

    // MARK: - Days off

    mutating func readCalendar(_ node: YAMLNode) {
        guard values.map(node, keys: ["years", "holidays", "workdays"]) != nil else { return }
        let own = WorkCalendar(
            holidays: node["holidays"].map { readDays($0) } ?? [],
            workdays: node["workdays"].map { readDays($0) } ?? [],
            years: Set(
                node["years"].map { items($0, of: "years") }?
                    .flatMap { readRange($0, "a year", in: 2000...2200).map(Array.init) ?? [] }
                    ?? []))
        if let both = own.holidays.intersection(own.workdays).min() {
            values.report(
                node, "\(both) is both a holiday and worked", hint: "keep one of the two")
        }
        routing.calendar = routing.calendar.adding(own)
    }

    private mutating func readDays(_ node: YAMLNode) -> Set<Day> {
        var days: Set<Day> = []
        for item in values.list(node, of: "days") ?? [] {
            guard let text = values.text(item, expected: "a day") else { continue }
            let parts = text.split(separator: ":", omittingEmptySubsequences: false)
            let read = parts.compactMap { Day(String($0)) }
            guard (1...2).contains(parts.count), read.count == parts.count,
                let first = read.first, let last = read.last, first <= last,
                last.days(since: first) < 60
            else {
                values.report(
                    item, "expected a day, found \(item.words)",
                    hint: "write 2027-02-14, or the first and the last: 2027-08-17:2027-08-23")
                continue
            }
            days.formUnion((0...last.days(since: first)).map { first.adding(days: $0) })
        }
        return days
    }
}
