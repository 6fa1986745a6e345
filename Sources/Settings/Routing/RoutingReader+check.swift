import Alerting
import Labor

extension RoutingReader {
    /// Checks that need the whole file: routes that no alert can reach, and routes that are never
    /// active.
    mutating func check() {
        guard values.problems.isEmpty else { return }
        checkOrder(routing.root)
        checkConditions(routing.root, within: [])
        for (route, settings) in routing.root.all() {
            checkTimes(route, settings)
        }
    }

    private func place(_ route: Route) -> YAMLNode? { places.routes[route.name] }

    /// Reports a route that can get no alerts, because an earlier sibling takes all of them and
    /// does not continue.
    private mutating func checkOrder(_ route: Route) {
        var earlier: [Route] = []
        for child in route.routes {
            let taker = earlier.first { !$0.continues && $0.matcher.covers(child.matcher) }
            if let taker, let node = place(child) {
                values.report(
                    node, "no alert ever comes here: the route '\(taker.name)' takes them before",
                    hint: "put it first, or add 'continue: true' to '\(taker.name)'")
            }
            earlier.append(child)
            checkOrder(child)
        }
    }

    /// Reports a route whose conditions contradict those of an enclosing route.
    private mutating func checkConditions(_ route: Route, within outer: [AlertMatcher]) {
        let all = outer + [route.matcher]
        func clash<Value: Hashable>(_ sets: [Set<Value>]) -> Bool {
            let given = sets.filter { !$0.isEmpty }
            guard let first = given.first else { return false }
            return given.dropFirst().reduce(first) { $0.intersection($1) }.isEmpty
        }
        let clashes = [
            ("tier", clash(all.map(\.tiers))), ("kind", clash(all.map(\.kinds))),
            ("subject", clash(all.map(\.subjectTypes))),
            ("certainty", clash(all.map(\.certainties))),
        ]
        for (key, isClash) in clashes where isClash {
            guard let node = place(route) else { continue }
            values.report(
                node, "no alert ever comes here: the routes around it let in no such \(key)",
                hint: "widen the outer 'match:', or move the route out of it")
            return
        }
        for child in route.routes { checkConditions(child, within: all) }
    }

    private mutating func checkTimes(_ route: Route, _ settings: RouteSettings) {
        guard !(settings.muteIntervals ?? []).isEmpty || !(settings.activeIntervals ?? []).isEmpty,
            routing.opening(settings, from: context.now, in: context.zone) == nil,
            let node = place(route)
        else { return }
        values.report(
            node,
            "within the next \(Routing.quietDaysMax) days there is no time at which the route tells",
            hint: "look at mute_intervals and active_intervals, also of the routes around it")
    }
}
