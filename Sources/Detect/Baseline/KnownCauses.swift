import Labor

/// What the bureau already knows: strikes, reorganisations, campaigns. They explain a fall; an
/// alarm would say nothing new.
///
/// The table's keys are an enterprise's id, `region:CODE` or `industry:CODE`; its values say why
/// and when. An industry's code stands for its section too.
struct KnownCauses: Sendable {
    /// One cause with its months.
    struct Span: Sendable, Hashable {
        var word: String
        var first: Period
        var last: Period
    }

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

    /// Reads `strike 2024-03..2024-05; relocation 2024-09..2024-10`; nil when it is anything else.
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

    /// The cause that explains a fall which showed within these months; nil for none.
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
