import Alerting
import Labor
import Mustache
import Synchronization

/// The fields of an alert or a message that a template can use, by name.
///
/// An unknown name is recorded as a miss. Otherwise a misspelt field would be empty without any
/// warning.
final class TemplateContext: MustacheParent, Sendable {
    /// The value of a field.
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

    /// All field names: those of the output contract's document, and readable forms with the suffix
    /// `_name`.
    static let fields: [String] =
        [
            "event_id", "alert_id", "at", "as_of", "what", "what_name", "rule", "kind",
            "kind_name", "tier", "tier_name", "previous_tier", "previous_tier_name", "state",
            "certainty", "subject_type", "subject_id", "subject_name", "region_code", "region",
            "industry_code", "period", "title", "summary", "persons", "share", "amount", "steps",
            "due_at", "responsible", "link", "headline", "reason", "reason_name", "actor",
            "on_behalf_of", "level", "level_name", "amount_text", "period_name",
        ] + messageFields

    private static let messageFields = [
        "alerts", "count", "more", "is_group", "is_test", "is_over", "red", "orange", "yellow",
        "blue",
    ]

    /// The context of a message with its first `count` alerts listed. The fields of the first alert
    /// are also at the top level, so that a template for one alert can use `{{title}}`.
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
            "amount": entry.amount, "due_at": entry.dueAt, "headline": entry.headline,
            "reason": event.reason.rawValue, "reason_name": entry.reasonWords,
            "actor": event.actor, "on_behalf_of": event.onBehalfOf, "level": "\(event.level)",
            "level_name": entry.levelWords, "amount_text": entry.amountWords,
            "period_name": entry.periodWords,
        ]
        var values: [String: Value] = [:]
        for (name, text) in texts {
            if let text, !text.isEmpty { values[name] = .text(style.harmless(text)) }
        }
        values["responsible"] = entry.text.responsible.map { .text(style.marked($0)) }
        values["link"] = entry.link.map { .text(style.address($0)) }
        values["steps"] = .texts(entry.text.steps.map(style.marked))
        values["is_over"] = .flag(!event.toState.isOpen)
        return values
    }

    /// The value of a field, as the Mustache engine asks for it.
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
            // The field is known but has no value here. `Absent` keeps the engine from looking it
            // up in the enclosing context.
            return TemplateContext.messageFields.contains(name) ? nil : Absent()
        }
    }

    /// A missing value: it prints nothing, and its section is skipped.
    private struct Absent: MustacheCustomRenderable {
        var renderText: String { "" }
        var isNull: Bool { true }
    }
}

/// The names in a template that are not names of fields, in the order of their use. The name of a
/// known field without a value is not among them.
final class TemplateMisses: Sendable {
    private let names = Mutex<[String]>([])

    var first: String? { names.withLock { $0.first } }

    func add(_ name: String) { names.withLock { $0.append(name) } }
}
