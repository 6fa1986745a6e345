import Labor

/// The causes of falls that the bureau already knows: strikes, reorganisations, campaigns. An
/// alert about a fall with a known cause would give no new information.
///
/// The table `known_causes` has keys `ID` (an enterprise), `region:CODE` or `industry:CODE`. Its
/// values give causes and months. The code of a section covers all its industries. Events of the
/// kinds in `explaining_events` are known causes, too.
struct KnownCauses: Sendable {
    /// One cause and its months, both ends included.
    struct Span: Sendable, Hashable {
        var word: String
        var first: Period
        var last: Period
    }

    /// The words for causes.
    static let words = ["strike", "reorganisation", "relocation", "campaign", "season", "other"]

    static let parameters: [Schema.Parameter] = [
        .init("known_causes", .causes, .table([:])),
        .init("explaining_events", .texts, .texts([])),
    ]

    private let spans: [String: [Span]]
    private let kinds: Set<EventKind>

    init(_ settings: Settings) {
        spans = settings.textTable("known_causes").compactMapValues(Self.spans)
        kinds = Set(settings.texts("explaining_events").compactMap(EventKind.init))
    }

    /// Parses `strike 2024-03..2024-05; relocation 2024-09..2024-10`; nil for any other text.
    static func spans(_ text: String) -> [Span]? {
        var spans: [Span] = []
        for part in text.split(separator: ";") {
            let words = part.split(separator: " ")
            guard words.count == 2, Self.words.contains(String(words[0])) else { return nil }
            let ends = words[1].split(separator: ".", omittingEmptySubsequences: false)
            guard ends.count == 3, ends[1].isEmpty, let first = Period(String(ends[0])),
                let last = Period(String(ends[2])), first <= last
            else { return nil }
            spans.append(Span(word: String(words[0]), first: first, last: last))
        }
        return spans.isEmpty ? nil : spans
    }

    /// The cause that explains a fall of an enterprise in these months: the kind of an event in
    /// them, or the word of a cause that overlaps them. Nil when there is none.
    /// - Parameter row: the row of the enterprise in the panel.
    func cause(_ row: Int, _ months: ClosedRange<Period>, _ context: EvaluationContext) -> String? {
        for event in context.eventsOf[row] ?? [] where kinds.contains(event.kind) {
            if months.contains(event.occurredOn.period) { return event.kind.rawValue }
        }
        guard !spans.isEmpty else { return nil }
        let enterprise = context.facts.panel.enterprises[row]
        let industry = enterprise.industryCode
        let keys =
            [String(enterprise.id)] + context.path(row).map { "region:\($0)" }
            + ["industry:\(industry)", "industry:\(context.facts.industries.section(industry))"]
        for key in keys {
            for span in spans[key] ?? []
            where span.first <= months.upperBound && span.last >= months.lowerBound {
                return span.word
            }
        }
        return nil
    }
}
