package import Labor

/// Who is told of what, when and with what: the file `routing.yaml`, checked.
package struct Routing: Sendable {
    /// The tree.
    package var root: Route
    /// The intervals that routes name.
    package var intervals: [String: ClockInterval]
    /// Days off.
    package var calendar: WorkCalendar
    /// The directory of units.
    package var units: [ResponsibleUnit] {
        didSet { unitsByPost = Routing.byPost(units) }
    }
    /// The roles that are responsible for a kind.
    package var responsible: [AlertKind: [String]]
    /// What holds what back.
    package var inhibitions: [Inhibition]
    /// More events than this of one step to one receiver and group go out as one message.
    package var stormLimit: Int

    private struct Post: Hashable {
        var region: RegionCode
        var role: String
    }

    /// The directory by region and role: a province has thousands of units.
    private var unitsByPost: [Post: [ResponsibleUnit]]

    /// How many days ahead the end of a quiet time is looked for.
    package static let quietDaysMax = 400
    /// How many events of one step a receiver gets one by one; beyond it nobody reads them. Own
    /// choice: a duty officer's telephone shows about fifty messages without scrolling for long.
    package static let stormLimitStandard = 20

    /// A routing from its parts.
    package init(
        root: Route = Route(), intervals: [String: ClockInterval] = [:],
        calendar: WorkCalendar = .china, units: [ResponsibleUnit] = [],
        responsible: [AlertKind: [String]] = [:], inhibitions: [Inhibition] = [],
        stormLimit: Int = stormLimitStandard
    ) {
        self.root = root
        self.intervals = intervals
        self.calendar = calendar
        self.units = units
        unitsByPost = Routing.byPost(units)
        self.responsible = responsible
        self.inhibitions = inhibitions
        self.stormLimit = stormLimit
    }

    /// Every receiver is told of everything that its own filter lets pass.
    package static let everyone = Routing()

    /// The units that a route tells: of each role the nearest ones, as far up as the tier says and
    /// one more for each level that the alert was handed up.
    package func units(_ settings: RouteSettings, for routedAlert: RoutedAlert) -> [ResponsibleUnit]
    {
        let level = settings.levels?[routedAlert.tier] ?? .local
        let count = level == .all ? level.count : level.count + routedAlert.level
        var roles: [String] = []
        for word in settings.units ?? [] {
            let meant =
                word == RouteSettings.responsible ? responsible[routedAlert.kind] ?? [] : [word]
            for role in meant where !roles.contains(role) { roles.append(role) }
        }
        return roles.flatMap { role in
            routedAlert.regions.lazy
                .compactMap { region in unitsByPost[Post(region: region, role: role)] }
                .prefix(count)
                .flatMap { $0 }
        }
    }

    private static func byPost(_ units: [ResponsibleUnit]) -> [Post: [ResponsibleUnit]] {
        Dictionary(grouping: units) { Post(region: $0.region, role: $0.role) }
    }

    /// The interval that keeps a route from telling at a moment; nil when nothing does.
    package func quiet(_ settings: RouteSettings, at moment: Instant, in zone: Zone) -> String? {
        let mutes = settings.muteIntervals ?? []
        if let mute = mutes.first(where: { contains($0, moment, zone) }) { return mute }
        let actives = settings.activeIntervals ?? []
        if let first = actives.first, !actives.contains(where: { contains($0, moment, zone) }) {
            return "outside of " + (actives.count == 1 ? first : actives.joined(separator: ", "))
        }
        return nil
    }

    /// Whether any route's times ask which days are off, so that an operator must keep the calendar.
    package var asksForDaysOff: Bool {
        root.all().contains { _, settings in
            let named = (settings.muteIntervals ?? []) + (settings.activeIntervals ?? [])
            return named.contains { intervals[$0]?.spans.contains { $0.holidays != nil } ?? false }
        }
    }

    /// The first moment from a given one on at which a route may tell; nil when there is none
    /// within `quietDaysMax`, which a check refuses.
    package func opening(_ settings: RouteSettings, from moment: Instant, in zone: Zone) -> Instant?
    {
        guard quiet(settings, at: moment, in: zone) != nil else { return moment }
        return edge(settings, after: moment, days: Routing.quietDaysMax, in: zone) {
            quiet(settings, at: $0, in: zone) == nil
        }
    }

    /// The first time after a moment at which a route may tell in which it may not; nil when none
    /// begins within so many days, or it never ends.
    func quietTime(
        _ settings: RouteSettings, after moment: Instant, days: Int, in zone: Zone
    ) -> QuietTime? {
        let from = edge(settings, after: moment, days: days, in: zone) {
            quiet(settings, at: $0, in: zone) != nil
        }
        guard let from, let until = opening(settings, from: from, in: zone) else { return nil }
        return QuietTime(from: from, until: until)
    }

    /// The first moment after a given one at which an interval of a route may begin or end and a
    /// condition holds.
    private func edge(
        _ settings: RouteSettings, after moment: Instant, days: Int, in zone: Zone,
        where isMeant: (Instant) -> Bool
    ) -> Instant? {
        let named = (settings.muteIntervals ?? []) + (settings.activeIntervals ?? [])
        let known = named.compactMap { intervals[$0] }
        let today = zone.day(moment)
        // An interval of another zone may still be in yesterday.
        for ahead in -1...days {
            let edges = known.flatMap { $0.edges(of: today.adding(days: ahead), in: zone) }
            if let edge = edges.sorted().first(where: { $0 > moment && isMeant($0) }) {
                return edge
            }
        }
        return nil
    }

    private func contains(_ name: String, _ moment: Instant, _ zone: Zone) -> Bool {
        intervals[name]?.contains(moment, in: zone, calendar) ?? false
    }
}
