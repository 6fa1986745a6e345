package import Labor

/// The texts of an event in one language. They are made once, when the event happens, so that a
/// later change of a template does not change what was reported.
package struct AlertText: Hashable, Sendable, Codable {
    /// The title, one line.
    package var title: String
    /// The summary, a few sentences.
    package var summary: String
    /// The name of the subject's region; nil when the subject has no region.
    package var region: String?
    /// The county that contains the region, so that a group of several such regions has a name; nil
    /// when the region is a county or larger.
    package var county: String?
    /// The steps of the playbook, in order; empty for an event that ends the alert, and when the
    /// playbook has none.
    package var steps: [String]
    /// The name of the responsible unit, from the playbook; nil when there is no playbook for the
    /// kind of alert.
    package var responsible: String?

    /// Creates the texts. Each argument sets the property of the same name.
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

/// An event with its texts and its response deadline, as the history stores it and receivers get
/// it.
package struct AlertNotice: Hashable, Sendable {
    /// The event.
    package var event: AlertEvent
    /// The texts by language, complete for every language.
    package var texts: [Language: AlertText]
    /// The deadline by which the responsible unit must answer; nil when none runs, for example
    /// while nobody can be notified. A late delivery states the deadline that runs when it is sent.
    package var dueAt: Instant?

    /// Creates a notice. Each argument sets the property of the same name.
    package init(event: AlertEvent, texts: [Language: AlertText], dueAt: Instant? = nil) {
        self.event = event
        self.texts = texts
        self.dueAt = dueAt
    }

    /// The texts in a language, or else in another language that has them, together with the
    /// language used; nil when there are no texts.
    package func words(in language: Language) -> (language: Language, text: AlertText)? {
        for candidate in [language] + Language.allCases {
            if let text = texts[candidate] { return (candidate, text) }
        }
        return nil
    }
}
