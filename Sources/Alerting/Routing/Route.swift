package import Labor

/// How far up the units are told.
package enum RouteLevel: String, CaseIterable, Hashable, Sendable {
    /// The unit nearest to the subject.
    case local
    /// That one and the next above it.
    case upOne = "up_one"
    /// Every one up to the top.
    case all

    /// How many units of one role, from the innermost outward.
    var count: Int {
        switch self {
        case .local: 1
        case .upOne: 2
        case .all: .max
        }
    }

    /// Blue and yellow stay in the county, orange is reported one level up within two hours, red
    /// wakes all levels: the response clocks of a city's plan, and 突发事件应对法 69, which has
    /// social-safety events reported upward.
    package static let standard: [Tier: RouteLevel] = [
        .blue: .local, .yellow: .local, .orange: .upOne, .red: .all,
    ]
}

/// What a route says of those whom it tells. What is nil is as the route around it says.
package struct RouteSettings: Hashable, Sendable {
    /// The word that stands for every receiver of the configuration.
    package static let everyReceiver = "*"
    /// The word that stands for the units responsible for the alert's kind.
    package static let responsible = "responsible"

    /// The receivers, by name. With `units` it says who is told; a route that names one of the two
    /// takes neither over.
    package var receivers: [String]?
    /// The roles of units that are told, of the subject's regions.
    package var units: [String]?
    /// How far up the units are told, by tier.
    package var levels: [Tier: RouteLevel]?
    /// What the alerts of one message share; empty for one message of all.
    package var groupBy: [GroupLabel]?
    /// Whether each event is a message of its own, whatever the receiver does by default.
    package var isUngrouped: Bool?
    /// How long the first message of a group waits for more, seconds.
    package var groupWait: Int64?
    /// The least time between two messages of a group, seconds.
    package var groupInterval: Int64?
    /// After how long what stands unacknowledged is told again, seconds; 0 for never.
    package var repeatInterval: Int64?
    /// The tiers that are told again.
    package var repeatTiers: Set<Tier>?
    /// The intervals in which nothing is told; it waits for their end.
    package var muteIntervals: [String]?
    /// The intervals in which alone something is told; empty for always.
    package var activeIntervals: [String]?

    /// Settings that say nothing.
    package init() {}

    /// The settings where nobody says anything, with Alertmanager's times.
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

    /// These settings, and where they say nothing those of the route around.
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

/// One node of the tree that decides who is told: which alerts it is for, what it says of them, and
/// the narrower routes below it.
package struct Route: Hashable, Sendable {
    /// How deep routes may lie in routes.
    package static let depthMax = 10

    /// What it is called in explanations and in the keys of groups.
    package var name: String
    /// Which alerts it is for; the outermost route is for all.
    package var matcher: AlertMatcher
    /// Whether the routes after it are looked at, too, when it matched.
    package var continues: Bool
    /// What it says.
    package var settings: RouteSettings
    /// The routes below it, in order.
    package var routes: [Route]

    /// A route from its parts.
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

    /// A route at which an alert arrives, and how it got there.
    package struct Stop: Hashable, Sendable {
        /// The names from the outermost route to this one.
        package var path: [String]
        /// What holds there, everything said.
        package var settings: RouteSettings

        /// The route's own name.
        package var name: String { path.last ?? "" }
    }

    /// Where an alert arrives: the innermost routes that are for it. Of the routes of one node the
    /// first that matches takes it, and the next ones only where it says `continue`.
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

    /// This route and all below it, outermost first, each with what holds there.
    package func all(
        under outer: RouteSettings = .standard
    ) -> [(route: Route, settings: RouteSettings)] {
        let settings = self.settings.over(outer)
        return [(self, settings)] + routes.flatMap { $0.all(under: settings) }
    }
}
