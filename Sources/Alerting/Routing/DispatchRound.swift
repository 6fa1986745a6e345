import Labor

/// One look at many alerts at one moment: what does not depend on the alert is found out once.
struct DispatchRound {
    private let receivers: [ReceiverFilter]
    private let routing: Routing
    private let zone: Zone
    private let situation: Situation
    private let silences: [Silence]
    private let before: [AlertID: Episode]
    private let holders: Holders
    /// Who hears of a holder, as far as that was asked.
    private var hearers: [Int: Set<String>] = [:]
    private var openings: [Times: Opening] = [:]
    private var quietTimes: [Times: QuietTime?] = [:]

    private struct Times: Hashable {
        var mute: [String]
        var active: [String]
        var moment: Instant
    }

    private struct Opening {
        var quiet: String?
        var until: Instant?
    }

    /// A way on which a receiver is reached.
    private struct Reach {
        var stop: Route.Stop
        var units: [ResponsibleUnit]
        var level: RouteLevel?
    }

    init(_ dispatch: Dispatch, _ situation: Situation) {
        receivers = dispatch.receivers
        routing = dispatch.routing
        zone = dispatch.zone
        self.situation = situation
        silences = situation.silences.filter { $0.holds(at: situation.at) }
            .sorted { $0.id < $1.id }
        before = Dictionary(
            situation.before.map { ($0.id, $0) }, uniquingKeysWith: { _, last in last })
        holders = Holders(
            among: situation.standing, dispatch.routing.inhibitions, silences: silences,
            scene: situation.scene)
    }

    /// One decision a receiver, in their order.
    mutating func decisions(for past: Past) -> [Decision] {
        let matter = past.matter(situation.scene)
        let reaches = self.reaches(matter, past)
        let silenced = silence(of: matter)
        let holding = silenced == nil ? holders.places(holding: matter) : []
        return receivers.map { receiver in
            var decision = Decision(receiver: receiver.name)
            decision.hold = silenced ?? inhibition(by: holding, for: receiver)
            guard let ways = reaches[receiver.name], let first = ways.first else {
                decision.refusal = "not_routed"
                return decision
            }
            take(first, matter, receiver, &decision)
            for way in ways.dropFirst() {
                // Of several ways the soonest; one that does not wait beats any that does.
                var other = decision
                take(way, matter, receiver, &other)
                guard let waits = decision.notBefore else { break }
                if other.notBefore.map({ $0 < waits }) ?? true { decision = other }
            }
            decision.refusal = refusal(receiver, matter, past) ?? decision.hold
            decision.isHeld = decision.refusal != nil && decision.refusal == decision.hold
            return decision
        }
    }

    /// Whether anything may hold an alert back at this moment.
    var mayHold: Bool { !silences.isEmpty || !holders.all.isEmpty }

    /// Whether anything may keep an alert from people at this moment.
    var mayBeUnheard: Bool {
        mayHold
            || routing.root.all().contains { _, settings in
                settings.muteIntervals?.isEmpty == false
                    || settings.activeIntervals?.isEmpty == false
            }
    }

    /// That everybody who would be told of an episode hears nothing of it now; nil when somebody
    /// does. Where only records would be told, nobody is kept from anything.
    mutating func unheard(_ episode: Episode) -> Unheard? {
        let wanting = zip(receivers, decisions(for: Past(episode))).filter { receiver, decision in
            !receiver.isRecord && (decision.refusal == nil || decision.isHeld)
        }.map(\.1)
        guard !wanting.isEmpty, wanting.allSatisfy({ $0.isHeld || $0.quiet != nil }) else {
            return nil
        }
        return Unheard(until: wanting.lazy.filter { !$0.isHeld }.compactMap(\.notBefore).min())
    }

    /// Whether the time for telling a receiver again has come since the last event: whole
    /// intervals count from the last one that was no repetition.
    func isDue(_ decision: Decision, _ alert: AlertID) -> Bool {
        guard let wait = decision.repeatInterval, wait > 0, decision.quiet == nil,
            let episode = before[alert]
        else { return false }
        func count(_ moment: Instant) -> Int64 {
            (moment.microseconds - episode.lastToldAt.microseconds) / (wait * 1_000_000)
        }
        return count(situation.at) > count(episode.lastEventAt)
    }

    // MARK: - The ways through the tree

    /// The ways of the alert as it is, and to whom none of them leads those of its past: what was
    /// red and is orange now is told as an orange one, but also to whom only red ones go.
    private func reaches(_ matter: Matter, _ past: Past) -> [String: [Reach]] {
        var reaches: [String: [Reach]] = [:]
        for stop in routing.root.stops(for: matter) { add(stop, matter, to: &reaches) }
        var former: [String: [Reach]] = [:]
        var seen: Set<Matter> = [matter]
        for earlier in past.tiers.flatMap({ pasts(matter, $0) })
        where seen.insert(earlier).inserted {
            for stop in routing.root.stops(for: earlier) { add(stop, earlier, to: &former) }
        }
        reaches.merge(former) { present, _ in present }
        guard reaches.isEmpty else { return reaches }
        // A route whose units are nowhere in the directory must not lose an alert.
        let root = Route(name: routing.root.name, settings: routing.root.settings)
        for stop in root.stops(for: matter) { add(stop, matter, to: &reaches) }
        return reaches
    }

    /// The alert as it certainly once was: what is confirmed was provisional before.
    private func pasts(_ matter: Matter, _ tier: Tier) -> [Matter] {
        var past = matter
        past.tier = tier
        guard matter.certainty == .confirmed else { return [past] }
        var earlier = past
        earlier.certainty = .provisional
        return [past, earlier]
    }

    private func add(_ stop: Route.Stop, _ matter: Matter, to reaches: inout [String: [Reach]]) {
        let named = stop.settings.receivers ?? []
        let names = named.contains(RouteSettings.everyReceiver) ? receivers.map(\.name) : named
        for name in names { reaches[name, default: []].append(Reach(stop: stop, units: [])) }
        let units = routing.units(stop.settings, for: matter)
        let level = stop.settings.levels?[matter.tier]
        var unitsOf: [String: [ResponsibleUnit]] = [:]
        for unit in units { for name in unit.receivers { unitsOf[name, default: []].append(unit) } }
        for (name, units) in unitsOf where !names.contains(name) {
            reaches[name, default: []].append(Reach(stop: stop, units: units, level: level))
        }
    }

    // MARK: - What holds back

    private func refusal(
        _ receiver: ReceiverFilter, _ matter: Matter, _ past: Past
    ) -> String? {
        if !receiver.kinds.isEmpty, !receiver.kinds.contains(matter.kind) {
            return "kind_not_wanted"
        }
        if !receiver.regions.isEmpty, receiver.regions.isDisjoint(with: matter.regions) {
            return "region_not_wanted"
        }
        let isWanted =
            receiver.tiers.isEmpty || past.tiers.contains(where: receiver.tiers.contains)
        return isWanted ? nil : "tier_not_wanted"
    }

    /// The silence that holds an alert back.
    private func silence(of matter: Matter) -> String? {
        silences.first { $0.matcher.matches(matter) }.map { "silenced:\($0.id)" }
    }

    /// The greater alert that spares a receiver a lesser one: the first that it hears of, for what
    /// it never hears of makes nothing superfluous. A record wakes nobody and is spared nothing.
    private mutating func inhibition(by places: [Int], for receiver: ReceiverFilter) -> String? {
        if receiver.isRecord { return nil }
        for place in places where hearers(of: place).contains(receiver.name) {
            if let id = holders.all[place].matter.alertID { return "inhibited_by:\(id)" }
        }
        return nil
    }

    /// Who is told of a holder, or was: its routes and filters let it pass, and no other that they
    /// hear of has held it back from them from its beginning.
    private mutating func hearers(of place: Int) -> Set<String> {
        if let known = hearers[place] { return known }
        let holder = holders.all[place]
        let reaches = self.reaches(holder.matter, holder.past)
        var names = Set(
            receivers.filter { receiver in
                reaches[receiver.name] != nil
                    && refusal(receiver, holder.matter, holder.past) == nil
            }.map(\.name))
        for greater in holders.places(holding: holder.matter)
        where holders.all[greater].raisedAt <= holder.raisedAt {
            names.subtract(hearers(of: greater))
        }
        hearers[place] = names
        return names
    }

    // MARK: - Company and time

    private mutating func take(
        _ reach: Reach, _ matter: Matter, _ receiver: ReceiverFilter, _ decision: inout Decision
    ) {
        let settings = reach.stop.settings
        decision.path = reach.stop.path
        decision.units = reach.units
        decision.level = reach.level
        decision.group = nil
        decision.groupInterval = nil
        decision.quietAhead = nil
        decision.notBefore = nil
        decision.quiet = nil
        decision.repeatInterval = nil
        if receiver.isRecord { return }
        let isGrouped = receiver.groups && settings.isUngrouped != true
        var soonest = situation.at
        if isGrouped {
            // The outbox, which knows when the group was told last, sees to the interval.
            decision.group = DispatchRound.group(reach.stop, matter)
            decision.groupInterval = settings.groupInterval.flatMap { $0 > 0 ? $0 : nil }
            soonest = situation.at.adding(seconds: settings.groupWait ?? 0)
        }
        if receiver.groups, let wait = settings.repeatInterval, wait > 0,
            settings.repeatTiers?.contains(matter.tier) ?? false
        {
            decision.repeatInterval = wait
        }
        let opening = opening(settings, soonest)
        decision.quiet = opening.quiet
        if let until = opening.until { soonest = until }
        decision.notBefore = soonest > situation.at ? soonest : nil
        if let interval = decision.groupInterval {
            decision.quietAhead = quietTime(settings, soonest, within: interval)
        }
    }

    private static func group(_ stop: Route.Stop, _ matter: Matter) -> String {
        let values = (stop.settings.groupBy ?? []).map { label in
            "\(label.rawValue)=\(matter.value(label) ?? "-")"
        }
        return values.isEmpty ? stop.name : "\(stop.name): \(values.joined(separator: ", "))"
    }

    /// The quiet time that a moment lies in, and its end.
    private mutating func opening(_ settings: RouteSettings, _ moment: Instant) -> Opening {
        let times = Times(
            mute: settings.muteIntervals ?? [], active: settings.activeIntervals ?? [],
            moment: moment)
        if times.mute.isEmpty, times.active.isEmpty { return Opening() }
        if let known = openings[times] { return known }
        var opening = Opening(quiet: routing.quiet(settings, at: moment, in: zone))
        if opening.quiet != nil {
            opening.until = routing.opening(settings, from: moment, in: zone)
        }
        openings[times] = opening
        return opening
    }

    /// The next quiet time after a moment that is none. The group's last message may come later
    /// than that moment, so a day is looked at beyond the interval.
    private mutating func quietTime(
        _ settings: RouteSettings, _ moment: Instant, within interval: Int64
    ) -> QuietTime? {
        let times = Times(
            mute: settings.muteIntervals ?? [], active: settings.activeIntervals ?? [],
            moment: moment)
        if times.mute.isEmpty, times.active.isEmpty { return nil }
        if let known = quietTimes[times] { return known }
        let quiet = routing.quietTime(
            settings, after: moment, days: 2 + Int(interval / 86_400), in: zone)
        quietTimes[times] = .some(quiet)
        return quiet
    }
}
