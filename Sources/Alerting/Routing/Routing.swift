package import Labor

/// The validated content of `routing.yaml`: who is notified of which alerts, when and in which
/// groups.
package struct Routing: Sendable {
    /// The root of the routing tree.
    package var root: Route
    /// The time intervals that routes refer to, by name.
    package var intervals: [String: ClockInterval]
    /// The calendar of public holidays, which intervals may depend on.
    package var calendar: WorkCalendar
    /// The directory of the units that routes may notify.
    package var units: [ResponsibleUnit] {
        didSet { unitsByPost = Routing.byPost(units) }
    }
    /// The roles that are responsible for each kind of alert.
    package var responsible: [AlertKind: [String]]
    /// The inhibitions between alerts.
    package var inhibitions: [Inhibition]
    /// The maximum number of messages of one step to one receiver at one time. When there are more,
    /// they are merged into one message.
    package var stormLimit: Int

    private struct Post: Hashable {
        var region: RegionCode
        var role: String
    }

    /// The directory by region and role, because a province has thousands of units.
    private var unitsByPost: [Post: [ResponsibleUnit]]

    /// The maximum number of days in which the end of a quiet time is searched.
    package static let quietDaysMax = 400
    /// The default of `stormLimit`: 20 messages, because nobody reads more of them one by one. Own
    /// choice: a duty officer's telephone shows about fifty messages without long scrolling.
    package static let stormLimitStandard = 20

    /// Creates a routing. Each argument sets the property of the same name.
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

    /// The default routing: every receiver gets every alert that its own filter allows.
    package static let everyone = Routing()

    /// The units that a route notifies. Of each role these are the units nearest to the subject: as
    /// many levels as the tier demands, and one more for each escalation.
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

    /// The interval that keeps a route from sending at a moment; nil when it may send.
    package func quiet(_ settings: RouteSettings, at moment: Instant, in zone: Zone) -> String? {
        let mutes = settings.muteIntervals ?? []
        if let mute = mutes.first(where: { contains($0, moment, zone) }) { return mute }
        let actives = settings.activeIntervals ?? []
        if let first = actives.first, !actives.contains(where: { contains($0, moment, zone) }) {
            return "outside of " + (actives.count == 1 ? first : actives.joined(separator: ", "))
        }
        return nil
    }

    /// Whether any route's intervals depend on public holidays, so that the calendar must be kept
    /// current.
    package var asksForDaysOff: Bool {
        root.all().contains { _, settings in
            let named = (settings.muteIntervals ?? []) + (settings.activeIntervals ?? [])
            return named.contains { intervals[$0]?.spans.contains { $0.holidays != nil } ?? false }
        }
    }

    /// The first moment, from the given one on, at which a route may send; nil when there is none
    /// within `quietDaysMax`. The configuration check rejects such a route.
    package func opening(_ settings: RouteSettings, from moment: Instant, in zone: Zone) -> Instant?
    {
        guard quiet(settings, at: moment, in: zone) != nil else { return moment }
        return edge(settings, after: moment, days: Routing.quietDaysMax, in: zone) {
            quiet(settings, at: $0, in: zone) == nil
        }
    }

    /// The first quiet time of a route that begins after `moment`. The result is nil when no quiet
    /// time begins within `days` days, or when the quiet time does not end within `quietDaysMax`
    /// days.
    func quietTime(
        _ settings: RouteSettings, after moment: Instant, days: Int, in zone: Zone
    ) -> QuietTime? {
        let from = edge(settings, after: moment, days: days, in: zone) {
            quiet(settings, at: $0, in: zone) != nil
        }
        guard let from, let until = opening(settings, from: from, in: zone) else { return nil }
        return QuietTime(from: from, until: until)
    }

    /// The first moment after the given one at which an interval of the route may begin or end, and
    /// at which the condition holds.
    private func edge(
        _ settings: RouteSettings, after moment: Instant, days: Int, in zone: Zone,
        where isMeant: (Instant) -> Bool
    ) -> Instant? {
        let named = (settings.muteIntervals ?? []) + (settings.activeIntervals ?? [])
        let known = named.compactMap { intervals[$0] }
        let today = zone.day(moment)
        // Start with yesterday, because an interval in another time zone may still be on that day.
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
