package import Labor

/// How many levels of units are notified.
package enum RouteLevel: String, CaseIterable, Hashable, Sendable {
    /// Only the unit nearest to the subject is notified.
    case local
    /// The nearest unit and the next one above it are notified.
    case upOne = "up_one"
    /// All units are notified, from the nearest one up to the top.
    case all

    /// The maximum number of units per role, from the innermost region outward.
    var count: Int {
        switch self {
        case .local: 1
        case .upOne: 2
        case .all: .max
        }
    }

    /// The default by tier: blue and yellow stay in the county, orange goes one level up, red goes
    /// to all levels. Sources: the reporting deadlines of a city's emergency plan, and 突发事件应对法
    /// article 69, which demands that social-safety events are reported upward.
    package static let standard: [Tier: RouteLevel] = [
        .blue: .local, .yellow: .local, .orange: .upOne, .red: .all,
    ]
}

/// The settings of a route. A nil value is inherited from the enclosing route.
package struct RouteSettings: Hashable, Sendable {
    /// The word for every configured receiver.
    package static let everyReceiver = "*"
    /// The word for the units that are responsible for the alert's kind.
    package static let responsible = "responsible"

    /// The names of the receivers. `receivers` and `units` are inherited together: a route that
    /// sets one of them inherits neither.
    package var receivers: [String]?
    /// The roles of the notified units, in the subject's regions.
    package var units: [String]?
    /// How many levels of units are notified, by tier.
    package var levels: [Tier: RouteLevel]?
    /// The properties that alerts of one message share; empty to put all alerts of the route into
    /// one group.
    package var groupBy: [GroupLabel]?
    /// Whether each event is a separate message, even for a receiver that groups by default.
    package var isUngrouped: Bool?
    /// How long the first message of a group waits for further events, seconds.
    package var groupWait: Int64?
    /// The minimum time between two messages of a group, seconds.
    package var groupInterval: Int64?
    /// The interval between repeat notifications of an unacknowledged alert, seconds; 0 for none.
    package var repeatInterval: Int64?
    /// The tiers whose unacknowledged alerts get repeat notifications.
    package var repeatTiers: Set<Tier>?
    /// The names of the intervals in which nothing is sent; deliveries wait for the end of such an
    /// interval.
    package var muteIntervals: [String]?
    /// The names of the only intervals in which anything is sent; empty when the route may always
    /// send.
    package var activeIntervals: [String]?

    /// Settings that inherit everything.
    package init() {}

    /// The defaults of the root route. The group times and the repeat interval are Alertmanager's
    /// defaults.
    package static let standard: RouteSettings = {
        var settings = RouteSettings()
        settings.receivers = [everyReceiver]
        settings.units = []
        settings.levels = RouteLevel.standard
        settings.groupBy = [.kind, .county]
        settings.isUngrouped = false
        settings.groupWait = 30
        settings.groupInterval = 300
        settings.repeatInterval = 4 * 3_600
        settings.repeatTiers = [.orange, .red]
        settings.muteIntervals = []
        settings.activeIntervals = []
        return settings
    }()

    /// These settings, with nil values replaced by those of the enclosing route.
    func over(_ outer: RouteSettings) -> RouteSettings {
        var merged = outer
        if receivers != nil || units != nil {
            merged.receivers = receivers ?? []
            merged.units = units ?? []
        }
        if let levels { merged.levels = levels.merging(outer.levels ?? [:]) { own, _ in own } }
        if groupBy != nil || isUngrouped != nil {
            merged.groupBy = groupBy ?? outer.groupBy
            merged.isUngrouped = isUngrouped ?? false
        }
        merged.groupWait = groupWait ?? outer.groupWait
        merged.groupInterval = groupInterval ?? outer.groupInterval
        merged.repeatInterval = repeatInterval ?? outer.repeatInterval
        merged.repeatTiers = repeatTiers ?? outer.repeatTiers
        merged.muteIntervals = muteIntervals ?? outer.muteIntervals
        merged.activeIntervals = activeIntervals ?? outer.activeIntervals
        return merged
    }
}

/// One node of the routing tree: the alerts that it applies to, its settings, and its sub-routes.
package struct Route: Hashable, Sendable {
    /// The maximum depth of nested routes.
    package static let depthMax = 10

    /// The name of the route, used in explanations and in group keys.
    package var name: String
    /// The alerts that the route applies to; the outermost route applies to all.
    package var matcher: AlertMatcher
    /// Whether the following sibling routes are tried as well after this one matched.
    package var continues: Bool
    /// The settings of the route itself, without inherited values.
    package var settings: RouteSettings
    /// The sub-routes, in the order in which they are tried.
    package var routes: [Route]

    /// Creates a route. Each argument sets the property of the same name.
    package init(
        name: String = "root", matcher: AlertMatcher = AlertMatcher(), continues: Bool = false,
        settings: RouteSettings = RouteSettings(), routes: [Route] = []
    ) {
        self.name = name
        self.matcher = matcher
        self.continues = continues
        self.settings = settings
        self.routes = routes
    }

    /// A route that an alert ends at, with the path to it.
    package struct Stop: Hashable, Sendable {
        /// The route names from the outermost route to this one.
        package var path: [String]
        /// The settings of the route, with inherited values filled in.
        package var settings: RouteSettings

        /// The name of the route.
        package var name: String { path.last ?? "" }
    }

    /// The innermost matching routes. Among the sub-routes of one node the first match counts;
    /// later ones count only if the matching route has `continue`.
    package func stops(
        for routedAlert: RoutedAlert, under outer: RouteSettings = .standard, path: [String] = []
    ) -> [Stop] {
        let settings = self.settings.over(outer)
        let path = path + [name]
        var stops: [Stop] = []
        for route in routes where route.matcher.matches(routedAlert) {
            stops += route.stops(for: routedAlert, under: settings, path: path)
            if !route.continues { break }
        }
        return stops.isEmpty ? [Stop(path: path, settings: settings)] : stops
    }

    /// This route and all routes below it, outermost first, each with inherited settings filled in.
    package func all(
        under outer: RouteSettings = .standard
    ) -> [(route: Route, settings: RouteSettings)] {
        let settings = self.settings.over(outer)
        return [(self, settings)] + routes.flatMap { $0.all(under: settings) }
    }
}
