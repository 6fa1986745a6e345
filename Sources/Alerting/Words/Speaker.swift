import Labor

/// Renders one event in one language.
struct Speaker {
    let event: AlertEvent
    /// The episode after the event; nil when the caller has none.
    let episode: Episode?
    let book: Phrasebook
    let language: Language
    let regions: RegionTree
    let industries: IndustryTree

    var text: AlertText {
        let title = title
        let summary = texts.summary?.filled(value).text ?? ""
        let playbook = book.playbooks[event.kind]
        return AlertText(
            title: title, summary: summary.isEmpty ? title : summary,
            region: region, county: county, steps: event.toState.isOpen ? steps(playbook) : [],
            responsible: playbook?.responsible)
    }

    /// The templates of the event. A `raised` event uses its rule's title and summary; a later
    /// event uses the rule's texts for its type, or else the common ones.
    private var texts: (title: Template?, summary: Template?) {
        let rule = book.rules[event.rule]
        guard event.what != .raised else { return (rule?.title, rule?.summary) }
        let own = rule?.events[event.what] ?? book.events[event.what]
        return (own?.title, own?.summary)
    }

    /// The title as one line. If a value is missing, a plain title of event type, rule and subject
    /// replaces it.
    private var title: String {
        guard let (words, isComplete) = texts.title?.filled(value), isComplete, !words.isEmpty
        else { return onOneLine(plainTitle) }
        return onOneLine(words)
    }

    private var plainTitle: String {
        guard event.what != .raised else { return about }
        let what = book.what[event.what] ?? event.what.words(in: language)
        return what + (language == .english ? ": " : "：") + about
    }

    /// Rule name and subject name, for a rule without a `topic`.
    private var about: String {
        ruleName + (language == .english ? ": " : "：") + subjectName
    }

    private func onOneLine(_ text: String) -> String {
        text.split(whereSeparator: \.isNewline).joined(separator: " ")
    }

    private var ruleName: String {
        guard let texts = book.rules[event.rule] else { return event.rule.rawValue }
        return texts.name ?? book.kinds[event.kind] ?? event.rule.rawValue
    }

    private func steps(_ playbook: Phrasebook.Playbook?) -> [String] {
        playbook?.steps(at: event.toTier) ?? []
    }

    private var region: String? {
        event.subject.regionCode.map { regions.name($0, in: language) }
    }

    private var county: String? {
        guard let code = event.subject.regionCode,
            let county = RegionContext.county(regions.path(code)),
            county != code
        else { return nil }
        return regions.name(county, in: language)
    }
}

// MARK: - Names

extension Speaker {
    /// The subject's name in the language. Detectors name subjects in the bureau's language, so the
    /// English name comes from the region tree and the phrasebook.
    private var subjectName: String {
        let subject = event.subject
        guard language == .english else { return subject.name }
        let region = subject.regionCode.map { regions.name($0, in: language) }
        switch subject.type {
        case .region: return region ?? subject.name
        case .cell:
            guard let region, let inner = cellName(subject) else { return subject.name }
            return "\(region), \(inner)"
        case .indicator:
            guard let region, let code = subject.id.split(separator: "/").first,
                let name = book.names[.indicators]?[String(code)]
            else { return subject.name }
            return "\(name) (\(region))"
        case .enterprise, .system: return subject.name
        }
    }

    /// The name of a cell's industry: from the bureau's industry table, from the GB/T 4754 section
    /// letter, or from the three-sector split. Nil when the sector has no name.
    private func cellName(_ subject: Subject) -> String? {
        guard let code = subject.industryCode else {
            let inner = subject.id.split(separator: "/").last.map(String.init) ?? ""
            return book.markWords("sector", inner)
        }
        return industryName(code)
    }

    private func industryName(_ code: IndustryCode) -> String {
        if language == .english, industries[code]?.nameEnglish == nil,
            let name = book.names[.industries]?[code.rawValue]
        {
            return name
        }
        return industries.name(code, in: language)
    }

    /// The region of the escalation level: `event.level` steps above the subject's county, or above
    /// the subject's own region when it is wider than a county. Nil when the event was not
    /// escalated, or when there is no such region.
    private var levelName: String? {
        guard event.level > 0, let code = event.subject.regionCode else { return nil }
        let path = regions.path(code)
        let start = RegionContext.county(path).flatMap { path.firstIndex(of: $0) } ?? 0
        guard path.indices.contains(start + event.level) else { return nil }
        return regions.name(path[start + event.level], in: language)
    }
}

// MARK: - Values

extension Speaker {
    private func value(_ placeholder: Placeholder) -> Template.Value? {
        switch placeholder {
        case .name: Template.Value(subjectName, code: event.subject.type.rawValue)
        case .region: region.map { Template.Value($0) }
        case .industry: event.subject.industryCode.map { Template.Value(industryName($0)) }
        case .period: month(event.period)
        case .rule: Template.Value(ruleName, code: event.rule.rawValue)
        case .tier: word(event.toTier)
        case .previousTier: event.fromTier.flatMap { $0 == event.toTier ? nil : word($0) }
        case .thresholdTier: event.evidence.threshold.map { word($0.tier) }
        case .standing: standing.map { Template.Value($0) }
        case .certainty: Template.Value(event.certainty.rawValue)
        case .reason:
            Template.Value(event.reason.words(in: language), code: event.reason.rawValue)
        case .actor: event.actor.map { Template.Value($0) }
        case .onBehalf: event.onBehalfOf.map { Template.Value($0) }
        case .level: Template.Value("\(event.level)")
        case .levelName: levelName.map { Template.Value($0) }
        case .since: episode.map { month($0.startedPeriod) }
        case .days: days.map { Template.Value(figures.count($0), code: "\($0)") }
        case .quiet: event.kind == .system ? nil : episode?.quietPeriod.map(month)
        case .topic: words(book.rules[event.rule]?.topic) ?? Template.Value(about)
        case .facts:
            words(book.rules[event.rule]?.facts) ?? words(book.rules[event.rule]?.title)
        case .over: words(book.rules[event.rule]?.over)
        case .details: details.map { Template.Value($0) }
        case .leadTopic: words(lead?.topic) ?? Template.Value(leadName + subjectName)
        case .leadFacts: words(lead?.facts) ?? words(lead?.title)
        case .leadOver: words(lead?.over)
        case .leadTitle: words(lead?.title) ?? Template.Value(leadName + subjectName)
        case .leadDetails: (lead?.summary?.filled(value).text).map { Template.Value($0) }
        case .phrase(let key): words(book.phrases[key])
        case .persons, .share, .amount, .value, .previous, .expected, .expectedWhole, .source,
            .measure, .threshold, .mark:
            evidenceValue(placeholder)
        }
    }

    private func evidenceValue(_ placeholder: Placeholder) -> Template.Value? {
        let evidence = event.evidence
        switch placeholder {
        case .persons: return event.persons.map { Template.Value(figures.count($0), code: "\($0)") }
        case .share: return event.share.flatMap(figures.percent).map { Template.Value($0) }
        case .amount:
            return event.amount.flatMap { figures.money(fen: Double($0)) }
                .map { Template.Value($0) }
        case .value: return number(evidence.value)
        case .previous: return number(evidence.previous)
        case .expected: return number(evidence.expected)
        case .expectedWhole: return number(evidence.expected?.rounded())
        case .source:
            return evidence.threshold.flatMap {
                $0.source.isEmpty ? nil : Template.Value($0.source)
            }
        case .measure(let key): return named(key, evidence.measures[key])
        case .threshold(let key): return named(key, evidence.threshold?.limits[key])
        case .mark(let key): return evidence.marks[key].map { mark(key, $0) }
        default: return nil
        }
    }

    private var figures: Figures { Figures(language: language, units: book.units) }

    private func month(_ period: Period) -> Template.Value {
        Template.Value(figures.month(period), code: period.description)
    }

    private func number(_ value: Double?) -> Template.Value? { named("", value) }

    /// A number as text; nil without a number. The code by which a template chooses a text is the
    /// digits without group separators and unit, for example `1`.
    private func named(_ key: String, _ value: Double?) -> Template.Value? {
        value.flatMap { figures.named(key, $0) }.map {
            Template.Value($0, code: $0.filter { $0.isNumber || "-.".contains($0) })
        }
    }

    /// The text of a mark. Months and timestamps are written in the style of the language.
    private func mark(_ key: String, _ list: String) -> Template.Value {
        let separator: Character = key == Phrasebook.listOfNames ? "、" : ","
        let words = list.split(separator: separator).map(String.init).map { value in
            if let words = book.markWords(key, value) { return words }
            if Phrasebook.rulesOfIncident.contains(key) {
                return book.rules[RuleID(value)]?.name ?? value
            }
            if let period = Period(value) { return figures.month(period) }
            return figures.moment(rfc3339: value) ?? book.mark(key, value)
        }
        return Template.Value(figures.list(words), code: list)
    }

    private func word(_ tier: Tier) -> Template.Value {
        Template.Value(book.tiers[tier] ?? tier.rawValue, code: tier.rawValue)
    }

    /// A text made from another template. It is nil when a value is missing, so that the enclosing
    /// template leaves out its whole sentence.
    private func words(_ template: Template?) -> Template.Value? {
        guard let (text, isComplete) = template?.filled(value), isComplete, !text.isEmpty else {
            return nil
        }
        return Template.Value(text)
    }

    /// The texts of the rule that leads an incident; nil for an alert.
    private var lead: Phrasebook.RuleTexts? {
        event.evidence.marks[Phrasebook.leadRule].flatMap { book.rules[RuleID($0)] }
    }

    /// The name of the rule that leads an incident, before the name of the subject.
    private var leadName: String {
        (lead?.name ?? ruleName) + (language == .english ? ": " : "：")
    }

    /// The rule's summary without the sentences that lack a value; nil when nothing is left.
    private var details: String? {
        let text = book.rules[event.rule]?.summary?.filled(value).text ?? ""
        return text.isEmpty ? nil : text
    }

    /// The number of whole days from the raise to the event; nil without an episode.
    private var days: Int? {
        episode.map { Int(event.at.seconds(since: $0.firstRaisedAt) / 86_400) }
    }

    /// The relation between the alert's tier and the threshold in the evidence:
    /// - `reached`: the threshold of the tier itself is crossed.
    /// - `raised`: the threshold belongs to a lower tier, and aggravating circumstances raised the
    ///   tier.
    /// - `held`: no raise threshold is crossed any more, but the clear threshold of the tier is
    ///   still crossed.
    /// - `lagging`: only a lower tier's raise threshold is crossed, but this tier's clear threshold
    ///   still is.
    private var standing: String? {
        guard let threshold = event.evidence.threshold else { return nil }
        if event.evidence.marks["threshold"] == "clear" { return "held" }
        guard threshold.tier < event.toTier else { return "reached" }
        return event.evidence.measures["steps_up"] ?? 0 > 0 ? "raised" : "lagging"
    }
}
