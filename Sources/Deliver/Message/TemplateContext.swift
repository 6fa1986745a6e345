import Alerting
import Labor
import Mustache
import Synchronization

/// What a template may ask of an alert or of a whole message, by name.
///
/// A name that nobody knows is remembered, for a misspelt field would else be silently empty.
final class TemplateContext: MustacheParent, Sendable {
    /// What stands under a name.
    enum Value: Sendable {
        case text(String)
        case flag(Bool)
        case texts([String])
        case objects([TemplateContext])
    }

    private let values: [String: Value]
    private let misses: TemplateMisses

    private init(_ values: [String: Value], misses: TemplateMisses) {
        self.values = values
        self.misses = misses
    }

    /// Every field of the contract's document, and names for people beside the words of programs.
    static let fields: [String] =
        [
            "event_id", "alert_id", "at", "as_of", "what", "what_name", "rule", "kind",
            "kind_name", "tier", "tier_name", "previous_tier", "previous_tier_name", "state",
            "certainty", "subject_type", "subject_id", "subject_name", "region_code", "region",
            "industry_code", "period", "title", "summary", "persons", "share", "amount", "steps",
            "due_at", "responsible", "link", "headline",
        ] + messageFields

    private static let messageFields = [
        "alerts", "count", "more", "is_group", "is_test", "is_over", "red", "orange", "yellow",
        "blue",
    ]

    /// A message whose first so many alerts are listed; beside them the fields of the first one, so
    /// that a template for one alert reads `{{title}}`.
    static func message(
        _ entries: [MessageEntry], listing count: Int, headline: String, isTest: Bool,
        style: TextStyle, misses: TemplateMisses
    ) -> TemplateContext {
        var values = entries.first.map { fields(of: $0, style: style) } ?? [:]
        values["headline"] = .text(style.harmless(headline))
        values["is_test"] = .flag(isTest)
        values["is_group"] = .flag(entries.count > 1)
        values["count"] = .text("\(entries.count)")
        if count < entries.count { values["more"] = .text("\(entries.count - count)") }
        for tier in Tier.allCases {
            let number = entries.count { $0.event.toTier == tier }
            if number > 0 { values[tier.rawValue] = .text("\(number)") }
        }
        values["alerts"] = .objects(
            entries.prefix(count).map {
                TemplateContext(fields(of: $0, style: style), misses: misses)
            })
        return TemplateContext(values, misses: misses)
    }

    private static func fields(of entry: MessageEntry, style: TextStyle) -> [String: Value] {
        let event = entry.event
        let subject = event.subject
        let texts: [String: String?] = [
            "event_id": event.id, "alert_id": event.alertID.rawValue, "at": entry.at,
            "as_of": entry.asOf, "what": event.what.rawValue, "what_name": entry.whatName,
            "rule": event.rule.rawValue, "kind": event.kind.rawValue,
            "kind_name": entry.words.kind(event.kind), "tier": event.toTier.rawValue,
            "tier_name": entry.tierName, "previous_tier": event.fromTier?.rawValue,
            "previous_tier_name": entry.previousTierName, "state": event.toState.rawValue,
            "certainty": event.certainty.rawValue, "subject_type": subject.type.rawValue,
            "subject_id": subject.id, "subject_name": subject.name,
            "region_code": subject.regionCode?.rawValue, "region": entry.text.region,
            "industry_code": subject.industryCode?.rawValue, "period": event.period.description,
            "title": entry.text.title, "summary": entry.text.summary,
            "persons": event.persons.map { "\($0)" }, "share": entry.share,
            "amount": entry.amount, "due_at": entry.dueAt,
            "responsible": entry.text.responsible, "link": entry.link,
            "headline": entry.headline,
        ]
        var values: [String: Value] = [:]
        for (name, text) in texts {
            if let text, !text.isEmpty { values[name] = .text(style.harmless(text)) }
        }
        values["steps"] = .texts(entry.text.steps.map(style.harmless))
        values["is_over"] = .flag(!event.toState.isOpen)
        return values
    }

    /// What the engine puts in the place of a name.
    func child(named name: String) -> Any? {
        switch values[name] {
        case .text(let text)?: return text
        case .flag(let flag)?: return flag
        case .texts(let texts)?: return texts
        case .objects(let objects)?: return objects
        case nil:
            guard TemplateContext.fields.contains(name) else {
                misses.add(name)
                return nil
            }
            // Known and empty here: not to be looked up in what is around it.
            return TemplateContext.messageFields.contains(name) ? nil : Absent()
        }
    }

    /// A value that is not there: nothing to print, and a section that is skipped.
    private struct Absent: MustacheCustomRenderable {
        var renderText: String { "" }
        var isNull: Bool { true }
    }
}

/// The names that a template asked for in vain.
final class TemplateMisses: Sendable {
    private let names = Mutex<[String]>([])

    var first: String? { names.withLock { $0.first } }

    func add(_ name: String) { names.withLock { $0.append(name) } }
}
