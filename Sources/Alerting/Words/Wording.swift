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
    /// - Parameter episode: the event's episode after the event; where it is nil, the sentences that
    ///   tell the episode's first month, its age or its first clear month are left out.
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
