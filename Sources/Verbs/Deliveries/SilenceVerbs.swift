import Alerting
package import Daemon
import Detect
package import Labor
import Settings
import Source
import Store

/// `laborwatch silences add|list|expire`: what is not told for a while.
package struct SilenceVerbs: Sendable {
    private let components: Components

    /// The verbs for a configuration.
    package init(_ components: Components) {
        self.components = components
    }

    /// What is to be silenced. Conditions that are nil do not narrow; all must hold.
    package struct Wish: Hashable, Sendable {
        /// Alerts of this rule.
        package var rule: RuleID?
        /// Alerts of this kind.
        package var kind: AlertKind?
        /// Alerts about this kind of subject; goes with `subjectID`.
        package var subjectType: SubjectType?
        /// Alerts about this subject.
        package var subjectID: String?
        /// Alerts in this region and below.
        package var region: RegionCode?
        /// Alerts up to this tier.
        package var tierMax: Tier?

        /// A wish without conditions, which is refused.
        package init() {}

        var matcher: SilenceMatcher {
            var matcher = SilenceMatcher()
            matcher.rule = rule
            matcher.kind = kind
            matcher.subjectType = subjectType
            matcher.subjectID = subjectID
            matcher.region = region
            matcher.tierMax = tierMax
            return matcher
        }
    }

    /// Makes a silence.
    ///
    /// - Parameter name: in whose name; nil for the person's own.
    /// - Returns: its number, and who is recorded.
    /// - Throws: `Failure` when it would silence everything up to a tier, lasts longer than
    ///   `silences.max_duration`, or is over before it begins.
    package func add(
        _ wish: Wish, from start: Instant, to end: Instant, reason: String,
        by name: String?, now: Instant
    ) async throws -> (id: Int64, actor: String) {
        let matcher = wish.matcher
        let actor = try components.actor(onBehalfOf: name).description
        try check(matcher, from: start, to: end, reason: reason, now: now)
        let id = try await components.withStore { store in
            try await store.addSilence(
                matcher, from: start, to: end, reason: reason, by: actor, now: now)
        }
        return (id, actor)
    }

    private func check(
        _ matcher: SilenceMatcher, from start: Instant, to end: Instant, reason: String,
        now: Instant
    ) throws {
        var place = matcher
        place.tierMax = nil
        guard place != SilenceMatcher() else {
            throw Failure(
                exitCode: 2,
                matcher.tierMax == nil
                    ? "a silence without a condition would silence everything"
                    : "a tier alone would silence the whole bureau",
                hint: "say what: --rule, --kind, --region or --subject ID; --tier-max narrows it")
        }
        guard reason.contains(where: { !$0.isWhitespace }) else {
            throw Failure(
                exitCode: 2, "--reason is empty",
                hint: "say why, for whoever wonders later that nothing was told")
        }
        guard end > start, end > now else {
            throw Failure(
                exitCode: 2, "the silence would be over before it begins",
                hint: "give --for 7d, or --until with a later day")
        }
        let longest = components.configuration.silenceMax
        guard end.seconds(since: start) <= Double(longest.components.seconds) else {
            throw Failure(
                exitCode: 2, "a silence lasts \(longest.shortText) at most",
                hint: "what nobody wants to hear for longer belongs into the routing or the "
                    + "rules; silences.max_duration is the limit")
        }
        let rules = components.catalogue.rules.map(\.id.rawValue)
        if let rule = matcher.rule, !rules.contains(rule.rawValue) {
            throw Failure(
                exitCode: 2, "there is no rule '\(rule)'",
                hint: NearestName.hint(rule.rawValue, among: rules))
        }
        if (matcher.subjectID == nil) != (matcher.subjectType == nil) {
            throw Failure(
                exitCode: 2, "a subject is its type and its id",
                hint: "give --subject enterprise:1024")
        }
    }

    /// What a wish names and the source does not have, so that the silence would hold nothing back;
    /// nothing when the source cannot be reached.
    package func warnings(_ wish: Wish) async -> [String] {
        guard wish.region != nil || wish.subjectID != nil else { return [] }
        let enterprise = wish.subjectType == .enterprise ? wish.subjectID : nil
        guard let reader = try? components.reader(),
            let found = try? await reader.surroundings(of: enterprise.flatMap { Int64($0) })
        else { return [] }
        var unknown: [String] = []
        if let enterprise, found.enterprise == nil { unknown.append("enterprise \(enterprise)") }
        var regions = [wish.region].compactMap { $0 }
        if wish.subjectType == .region || wish.subjectType == .cell,
            let code = wish.subjectID?.split(separator: "/").first
        {
            regions.append(RegionCode(String(code)))
        }
        for region in regions where found.regions[region] == nil {
            unknown.append("region \(region)")
        }
        return unknown.map {
            "warning: the silence names the \($0), which the source does not have"
        }
    }

    /// The silences that hold, or with `all` every one that was ever made; latest first.
    package func list(all: Bool, now: Instant) async throws -> Listing {
        let silences = try await components.withStore { try await $0.silences(holdingAt: nil) }
        let zone = components.zone
        return Listing(
            columns: [
                .init("silence_id", "编号", "silence"), .init("state", "状态", "state"),
                .init("what", "范围", "what"), .init("starts_at", "开始", "from"),
                .init("ends_at", "结束", "until"), .init("by", "设置人", "by"),
                .init("reason", "原因", "reason"),
            ],
            rows: silences.compactMap { silence in
                let state = SilenceVerbs.state(silence, now)
                guard all || state != "expired" else { return nil }
                return [
                    .int(silence.id), .string(state), .string(silence.matcher.words),
                    .string(zone.text(silence.startsAt)),
                    .string(zone.text(min(silence.endsAt, silence.expiredAt ?? silence.endsAt))),
                    .string(silence.createdBy), .string(silence.reason),
                ]
            })
    }

    /// Ends a silence early; what it held is told at the next look.
    /// - Parameter name: in whose name; nil for the person's own.
    /// - Returns: who is recorded.
    /// - Throws: `StoreError` when it is over already, or there is none.
    package func expire(_ id: Int64, by name: String?, at: Instant) async throws -> String {
        let actor = try components.actor(onBehalfOf: name).description
        try await components.withStore {
            try await $0.expireSilence(id, by: actor, at: at, in: components.zone)
        }
        return actor
    }

    private static func state(_ silence: Silence, _ now: Instant) -> String {
        if silence.holds(at: now) { return "active" }
        return silence.expiredAt == nil && now < silence.startsAt ? "pending" : "expired"
    }
}

extension SilenceMatcher {
    /// The conditions as the command line takes them.
    fileprivate var words: String {
        let parts: [(String, String?)] = [
            ("rule", rule?.rawValue), ("kind", kind?.rawValue),
            ("subject", subjectType.map { "\($0.rawValue):\(subjectID ?? "*")" }),
            ("region", region?.rawValue), ("tier-max", tierMax?.rawValue),
        ]
        return parts.compactMap { key, value in value.map { "\(key)=\($0)" } }
            .joined(separator: " ")
    }
}
