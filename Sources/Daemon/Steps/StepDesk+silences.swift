import Alerting
import Labor
import Settings
import Store

extension StepDesk {
    /// Creates a silence.
    func addSilence(_ wish: SilenceWish, _ task: StepTask) async throws -> StepAnswer {
        let regionContext = await regionContext(of: subject(of: wish))
        let matcher = try matcher(wish, regionContext.regions)
        let start = wish.start ?? task.at
        let end = wish.end ?? start.adding(seconds: wish.seconds ?? 0)
        try check(matcher, from: start, to: end, now: task.now)
        let author = task.actor.description
        let warnings = warnings(matcher, regionContext).map { JSONValue.string($0) }
        return try await finish(
            .addSilence(
                matcher, from: start, to: end, reason: wish.reason, by: author, at: task.at), task
        ) { result in
            guard case .int(let id)? = result["silence"] else { return StepAnswer("") }
            return StepAnswer(
                "silence \(id) made by \(author)",
                result: ["silence": .int(id), "warnings": .array(warnings)])
        }
    }

    private func subject(of wish: SilenceWish) -> Subject {
        Subject(type: wish.subjectType ?? .system, id: wish.subjectID ?? "-", name: "-")
    }

    private func matcher(
        _ wish: SilenceWish, _ regions: RegionTree
    ) throws -> SilenceMatcher {
        var matcher = SilenceMatcher()
        matcher.rule = try wish.rule.map { try RuleNames(components.catalogue).find($0) }
        matcher.kind = wish.kind
        matcher.subjectType = wish.subjectType
        matcher.subjectID = wish.subjectID
        matcher.region = try wish.region.map { text in
            // A code that the source does not have yet is accepted with a warning.
            let isCode = text.utf8.allSatisfy { $0 < 0x80 && !$0.isSpace }
            return isCode && RegionNames(regions: regions).isUnknown(text)
                ? RegionCode(text) : try RegionNames(regions: regions).find(text)
        }
        matcher.tierMax = wish.tierMax
        return matcher
    }

    /// Refuses a silence that would suppress all alerts, that lasts too long, or that has already
    /// ended.
    private func check(
        _ matcher: SilenceMatcher, from start: Instant, to end: Instant, now: Instant
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
        if (matcher.subjectID == nil) != (matcher.subjectType == nil) {
            throw Failure(
                exitCode: 2, "a subject is its type and its id",
                hint: "give --subject enterprise:1024")
        }
    }

    /// Warnings about subjects and regions that a silence names but the source does not have, so
    /// that the silence may suppress no alert. Empty when the source cannot be reached.
    private func warnings(_ matcher: SilenceMatcher, _ regionContext: RegionContext) -> [String] {
        guard !regionContext.regions.regions.isEmpty else { return [] }
        var unknown: [String] = []
        if let type = matcher.subjectType, let id = matcher.subjectID {
            let subject = Subject(type: type, id: id, name: "-")
            if type == .enterprise, regionContext.enterprise(subject) == nil {
                unknown.append("enterprise \(id)")
            }
            if type == .region || type == .cell, let code = id.split(separator: "/").first,
                regionContext.regions[RegionCode(String(code))] == nil
            {
                unknown.append("region \(code)")
            }
        }
        if let region = matcher.region, regionContext.regions[region] == nil {
            unknown.append("region \(region)")
        }
        return unknown.map {
            "warning: the silence names the \($0), which the source does not have"
        }
    }
}

extension UInt8 {
    /// Whether the byte is a space or a control character.
    fileprivate var isSpace: Bool { self <= 0x20 }
}
