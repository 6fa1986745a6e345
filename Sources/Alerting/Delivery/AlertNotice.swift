package import Labor

/// The words of an alert event in one language, made once when the event happens, so that a later
/// change of a template never changes what was said.
package struct AlertText: Hashable, Sendable, Codable {
    /// One line.
    package var title: String
    /// A few sentences.
    package var summary: String
    /// The region's name.
    package var region: String?
    /// The county around a region that is smaller than one, so that a group of several such can be
    /// named; nil where the region is a county itself or larger.
    package var county: String?
    /// What is to be done, step by step.
    package var steps: [String]
    /// The unit that is responsible.
    package var responsible: String?

    /// A text from its parts.
    package init(
        title: String, summary: String, region: String? = nil, county: String? = nil,
        steps: [String] = [], responsible: String? = nil
    ) {
        self.title = title
        self.summary = summary
        self.region = region
        self.county = county
        self.steps = steps
        self.responsible = responsible
    }
}

/// An event with its words and its clock: what history stores and receivers are handed.
package struct AlertNotice: Hashable, Sendable {
    /// The event.
    package var event: AlertEvent
    /// The words by language; every language is there.
    package var texts: [Language: AlertText]
    /// Until when the responsible unit has to report; nil without a clock, as while nobody can hear
    /// of it. Whoever is told late is told of the clock that runs by then.
    package var dueAt: Instant?

    /// A notice from its parts.
    package init(event: AlertEvent, texts: [Language: AlertText], dueAt: Instant? = nil) {
        self.event = event
        self.texts = texts
        self.dueAt = dueAt
    }

    /// The words in a language, or where they lack it in another one, with the one they are in;
    /// nil when there are no words at all.
    package func words(in language: Language) -> (language: Language, text: AlertText)? {
        for candidate in [language] + Language.allCases {
            if let text = texts[candidate] { return (candidate, text) }
        }
        return nil
    }
}
