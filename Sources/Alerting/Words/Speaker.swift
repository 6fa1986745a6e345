import Labor

/// One event in the words of one language.
struct Speaker {
    let event: AlertEvent
    /// The episode after the event; nil where nobody handed it in.
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

    /// The templates of the event: a raising has those of its rule; a later event has its own, the
    /// rule's before the common ones.
    private var texts: (title: Template?, summary: Template?) {
        let rule = book.rules[event.rule]
        guard event.what != .raised else { return (rule?.title, rule?.summary) }
        let own = rule?.events[event.what] ?? book.events[event.what]
        return (own?.title, own?.summary)
    }

    /// A title is one line and complete: where a value is missing, event, rule and subject stand in
    /// its place.
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

    /// Rule and subject, for a rule that does not say what it is about.
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
    /// Detectors name subjects in the bureau's language; trees and phrasebooks know other names.
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

    /// The industry of a cell: by the bureau's table, by the letter of GB/T 4754, or one of the
    /// three sectors.
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

    /// The region whose level an alert was handed up to: so many steps above its county, or above
    /// its own region where that is wider than a county.
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

    /// The code of a number is its digits without separators and units: `1` for what is shown as 1.
    private func named(_ key: String, _ value: Double?) -> Template.Value? {
        value.flatMap { figures.named(key, $0) }.map {
            Template.Value($0, code: $0.filter { $0.isNumber || "-.".contains($0) })
        }
    }

    /// A mark in words; months and moments are written as the language writes them.
    private func mark(_ key: String, _ list: String) -> Template.Value {
        let separator: Character = key == Phrasebook.listOfNames ? "、" : ","
        let words = list.split(separator: separator).map(String.init).map { value in
            if let words = book.markWords(key, value) { return words }
            if let period = Period(value) { return figures.month(period) }
            return figures.moment(rfc3339: value) ?? book.mark(key, value)
        }
        return Template.Value(figures.list(words), code: list)
    }

    private func word(_ tier: Tier) -> Template.Value {
        Template.Value(book.tiers[tier] ?? tier.rawValue, code: tier.rawValue)
    }

    /// A text of texts. What lacks a value is no text at all, so that the sentence around it is left
    /// out rather than cut.
    private func words(_ template: Template?) -> Template.Value? {
        guard let (text, isComplete) = template?.filled(value), isComplete, !text.isEmpty else {
            return nil
        }
        return Template.Value(text)
    }

    /// The rule's summary, without the sentences that lack a value.
    private var details: String? {
        let text = book.rules[event.rule]?.summary?.filled(value).text ?? ""
        return text.isEmpty ? nil : text
    }

    /// Whole days from the raising to the event.
    private var days: Int? {
        episode.map { Int(event.at.seconds(since: $0.firstRaisedAt) / 86_400) }
    }

    /// How the tier and the threshold that decided go together:
    /// - `reached`: the tier's own threshold is crossed;
    /// - `raised`: the threshold is of a lower tier, and further circumstances raised the alert;
    /// - `held`: no threshold is crossed any more, but the tier's clear threshold still is;
    /// - `lagging`: a lower tier's threshold is crossed, and this tier's clear threshold still is.
    private var standing: String? {
        guard let threshold = event.evidence.threshold else { return nil }
        if event.evidence.marks["threshold"] == "clear" { return "held" }
        guard threshold.tier < event.toTier else { return "reached" }
        return event.evidence.measures["steps_up"] ?? 0 > 0 ? "raised" : "lagging"
    }
}
