import Labor

/// The open alerts that may inhibit others, and the inhibitors of a given alert.
struct Inhibitors {
    /// An alert that may inhibit others, in its current state and with its past tiers.
    struct Holder {
        var routedAlert: RoutedAlert
        var routingSubject: RoutingSubject
        var raisedAt: Instant
    }

    let all: [Holder]
    private let inhibitions: [Inhibition]
    private let mayCircle: Bool

    /// The open episodes that may inhibit other alerts. An episode is left out if one silence has
    /// applied to it the whole time since the episode was raised: nobody was notified of such an
    /// episode, so it must not suppress other alerts.
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

    /// The indices of the alert's inhibitors, in the order of the inhibitions. An inhibitor that
    /// the alert itself inhibits, directly or through others, is left out: if inhibitions form a
    /// cycle, every alert on the cycle is sent.
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

    /// Whether an alert inhibits an inhibitor, directly or through others.
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

    /// Whether the inhibitions can form a cycle at all. Most configurations cannot, and then the
    /// search for cycles among alerts is skipped.
    private static func mayCircle(_ inhibitions: [Inhibition]) -> Bool {
        // An inhibition whose targets match no source of another remaining one is not on a cycle;
        // remove it.
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
    /// Whether one alert may match both matchers. Rules, regions and industries are not compared.
    fileprivate func mayMeet(_ other: AlertMatcher) -> Bool {
        func meet<Value>(_ mine: Set<Value>, _ theirs: Set<Value>) -> Bool {
            mine.isEmpty || theirs.isEmpty || !mine.isDisjoint(with: theirs)
        }
        return meet(tiers, other.tiers) && meet(kinds, other.kinds)
            && meet(subjectTypes, other.subjectTypes) && meet(certainties, other.certainties)
    }
}
