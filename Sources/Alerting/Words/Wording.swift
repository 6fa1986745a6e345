package import Labor

/// Renders events in every language, and adds the response deadline.
package struct Wording: Sendable {
    private let phrasebooks: [Language: Phrasebook]
    private let clocks: ResponseClocks

    /// A renderer from phrasebooks. A language without a phrasebook gets plain titles of event
    /// type, rule and subject.
    package init(phrasebooks: [Language: Phrasebook], clocks: ResponseClocks) {
        self.phrasebooks = phrasebooks
        self.clocks = clocks
    }

    /// An event with its texts in every language and its response deadline.
    /// - Parameter episode: the event's episode after the event. If it is nil, sentences with the
    ///   episode's first month, age or first clear month are left out.
    package func notice(
        _ event: AlertEvent, of episode: Episode? = nil, regions: RegionTree,
        industries: IndustryTree
    ) -> AlertNotice {
        var texts: [Language: AlertText] = [:]
        for language in Language.allCases {
            let speaker = Speaker(
                event: event, episode: episode, book: phrasebooks[language] ?? .empty,
                language: language, regions: regions, industries: industries)
            texts[language] = speaker.text
        }
        return AlertNotice(event: event, texts: texts, dueAt: clocks.dueAt(event))
    }
}
