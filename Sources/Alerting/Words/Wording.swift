package import Labor

/// Puts events into words, in every language at once, and starts the clock of the answer.
package struct Wording: Sendable {
    private let phrasebooks: [Language: Phrasebook]
    private let clocks: ResponseClocks

    /// A wording by phrasebooks. A language without one still speaks: with plain titles made of the
    /// rule and the subject.
    package init(phrasebooks: [Language: Phrasebook], clocks: ResponseClocks) {
        self.phrasebooks = phrasebooks
        self.clocks = clocks
    }

    /// An event with its words in every language, and until when it must be answered.
    package func notice(
        _ event: AlertEvent, regions: RegionTree, industries: IndustryTree
    ) -> AlertNotice {
        var texts: [Language: AlertText] = [:]
        for language in Language.allCases {
            let speaker = Speaker(
                event: event, book: phrasebooks[language] ?? .empty, language: language,
                regions: regions, industries: industries)
            texts[language] = speaker.text
        }
        return AlertNotice(event: event, texts: texts, dueAt: clocks.dueAt(event))
    }
}

/// One event told in one language.
private struct Speaker {
    let event: AlertEvent
    let book: Phrasebook
    let language: Language
    let regions: RegionTree
    let industries: IndustryTree

    var text: AlertText {
        let title = title
        let playbook = book.playbooks[event.kind]
        let summary = book.rules[event.rule]?.summary?.filled(value).text ?? ""
        return AlertText(
            title: title, summary: summary.isEmpty ? title : summary,
            region: region, county: county, steps: event.toState.isOpen ? steps(playbook) : [],
            responsible: playbook?.responsible)
    }

    /// A title is one line and says all or nothing: where a value is missing, rule and subject
    /// stand for it. What is told, unless it is the raising, goes before it.
    private var title: String {
        var title = "\(ruleName)\(language == .english ? ": " : "：")\(subjectName)"
        if let (words, isComplete) = book.rules[event.rule]?.title.filled(value),
            isComplete, !words.isEmpty
        {
            title = words
        }
        return prefix + title.split(whereSeparator: \.isNewline).joined(separator: " ")
    }

    private var prefix: String {
        guard event.what != .raised else { return "" }
        let word = book.what[event.what] ?? event.what.rawValue
        return language == .english ? "[\(word)] " : "【\(word)】"
    }

    private var ruleName: String {
        guard let texts = book.rules[event.rule] else { return event.rule.rawValue }
        return texts.name ?? book.kinds[event.kind] ?? event.rule.rawValue
    }

    private func steps(_ playbook: Phrasebook.Playbook?) -> [String] {
        playbook?.steps(at: event.toTier) ?? []
    }

    /// Regions and cells are named by detectors in the bureau's language; the trees know others.
    private var subjectName: String {
        let subject = event.subject
        guard language == .english, let code = subject.regionCode,
            let region = regions[code]?.nameEnglish
        else { return subject.name }
        switch subject.type {
        case .region: return region
        case .cell:
            guard let industry = subject.industryCode.flatMap({ industries[$0] }) else {
                return subject.name
            }
            return "\(region), \(industry.name(in: language))"
        case .enterprise, .indicator, .system: return subject.name
        }
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

    private func value(_ placeholder: Placeholder) -> String? {
        let figures = Figures(language: language, units: book.units)
        let evidence = event.evidence
        return switch placeholder {
        case .name: subjectName
        case .region: region
        case .industry: event.subject.industryCode.map { industries.name($0, in: language) }
        case .period: figures.month(event.period)
        case .tier: word(event.toTier)
        case .previousTier: event.fromTier.flatMap { $0 == event.toTier ? nil : word($0) }
        case .persons: event.persons.map(figures.count)
        case .share: event.share.flatMap(figures.percent)
        case .amount: event.amount.flatMap { figures.money(fen: Double($0)) }
        case .value: evidence.value.flatMap(figures.number)
        case .previous: evidence.previous.flatMap(figures.number)
        case .expected: evidence.expected.flatMap(figures.number)
        case .source: evidence.threshold.flatMap { $0.source.isEmpty ? nil : $0.source }
        case .measure(let key): evidence.measures[key].flatMap { figures.named(key, $0) }
        case .threshold(let key):
            evidence.threshold?.limits[key].flatMap { figures.named(key, $0) }
        case .mark(let key):
            evidence.marks[key].map { list in
                figures.list(list.split(separator: ",").map { book.mark(key, String($0)) })
            }
        }
    }

    private func word(_ tier: Tier) -> String { book.tiers[tier] ?? tier.rawValue }
}
