import Labor

/// The alerts of a moment that may hold others back, and which of them hold one.
struct Inhibitors {
    /// One that may hold others back, as it stands and as it was.
    struct Holder {
        var routedAlert: RoutedAlert
        var routingSubject: RoutingSubject
        var raisedAt: Instant
    }

    let all: [Holder]
    private let inhibitions: [Inhibition]
    private let mayCircle: Bool

    /// The holders among the open episodes. What was silenced from its beginning nobody knows: it
    /// stands for no other.
    init(
        among episodes: [Episode], _ inhibitions: [Inhibition], silences: [Silence],
        regionContext: RegionContext
    ) {
        self.inhibitions = inhibitions
        mayCircle = Inhibitors.mayCircle(inhibitions)
        guard !inhibitions.isEmpty else {
            all = []
            return
        }
        all = episodes.filter(\.state.isOpen).compactMap { episode in
            let routedAlert = RoutedAlert(episode, regionContext: regionContext)
            guard inhibitions.contains(where: { $0.source.matches(routedAlert) }) else {
                return nil
            }
            let isSecret = silences.contains {
                $0.startsAt <= episode.firstRaisedAt && $0.matcher.matches(routedAlert)
            }
            return isSecret
                ? nil
                : Holder(
                    routedAlert: routedAlert, routingSubject: RoutingSubject(episode),
                    raisedAt: episode.firstRaisedAt)
        }
    }

    /// The places of those that hold an alert back, by the order of the inhibitions. Those that it
    /// would hold back itself, directly or by way of others, are none of them: where inhibitions
    /// go round in a circle, everything on it is told.
    func indices(holding routedAlert: RoutedAlert) -> [Int] {
        if all.isEmpty { return [] }
        var indices: [Int] = []
        var seen: Set<Int> = []
        for inhibition in inhibitions where inhibition.target.matches(routedAlert) {
            for (target, holder) in all.enumerated()
            where inhibition.holds(routedAlert, by: holder.routedAlert)
                && seen.insert(target).inserted && !isHeld(target, by: routedAlert)
            {
                indices.append(target)
            }
        }
        return indices
    }

    /// Whether an alert holds back a holder, directly or by way of others.
    private func isHeld(_ target: Int, by routedAlert: RoutedAlert) -> Bool {
        guard mayCircle else { return false }
        var seen: Set<Int> = []
        var next = [routedAlert]
        while let source = next.popLast() {
            for (index, holder) in all.enumerated()
            where !seen.contains(index)
                && inhibitions.contains(where: { $0.holds(holder.routedAlert, by: source) })
            {
                if index == target { return true }
                seen.insert(index)
                next.append(holder.routedAlert)
            }
        }
        return false
    }

    /// Whether inhibitions may lead round in a circle at all. Most never do, and nobody need look
    /// for one among the alerts then.
    private static func mayCircle(_ inhibitions: [Inhibition]) -> Bool {
        // Whoever leads to none that is left is on no circle.
        var left = inhibitions
        while true {
            let kept = left.filter { one in
                left.contains { $0 != one && one.target.mayMeet($0.source) }
            }
            if kept.count == left.count { return !left.isEmpty }
            left = kept
        }
    }
}

extension AlertMatcher {
    /// Whether one alert may be meant by both. Rules, regions and industries are not compared.
    fileprivate func mayMeet(_ other: AlertMatcher) -> Bool {
        func meet<Value>(_ mine: Set<Value>, _ theirs: Set<Value>) -> Bool {
            mine.isEmpty || theirs.isEmpty || !mine.isDisjoint(with: theirs)
        }
        return meet(tiers, other.tiers) && meet(kinds, other.kinds)
            && meet(subjectTypes, other.subjectTypes) && meet(certainties, other.certainties)
    }
}
