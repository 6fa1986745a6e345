import Alerting
import Labor
import Store

/// How the incidents of one kind, tier, industry or size class turned out.
struct IncidentQuality: Hashable, Sendable {
    /// What incidents are counted by.
    enum Dimension: String, CaseIterable, Hashable, Sendable {
        /// The kinds of the alerts; an incident of two kinds counts in each.
        case kind
        /// The highest tier that the incident has had.
        case tier
        /// The section of the industry of the subject.
        case industry
        /// The size class of the enterprise.
        case size
    }

    var by: Dimension
    /// The code of the kind, tier, section or size class.
    var value: String
    /// The number of incidents that people were told of.
    var told = 0
    /// The number of incidents that are or ended on record only; they are in no other number.
    var recordOnly = 0
    /// The number of told incidents that are open.
    var open = 0
    /// The number of each verdict on told incidents.
    var verdicts: [Verdict: Int] = [:]
    /// Days from the moment at which people were told to the first acknowledgement, and to the first
    /// verdict.
    var daysToAnswer: [Double] = []
    var daysToVerdict: [Double] = []
    /// The number of events on record without an incident before them; nil where events cannot be
    /// counted.
    var missed: Int?

    /// The groups of one dimension, in the order of the codes.
    static func groups(
        by dimension: Dimension, _ outcomes: [IncidentOutcome], _ source: QualitySource
    ) -> [IncidentQuality] {
        var groups: [String: IncidentQuality] = [:]
        let hasMissed = source.isRead && dimension != .tier
        func change(_ value: String, _ body: (inout IncidentQuality) -> Void) {
            var group =
                groups[value]
                ?? IncidentQuality(by: dimension, value: value, missed: hasMissed ? 0 : nil)
            body(&group)
            groups[value] = group
        }
        for outcome in outcomes where source.isCounted(outcome) {
            for value in source.values(of: outcome, by: dimension) {
                change(value) { $0.add(outcome) }
            }
        }
        for event in hasMissed ? source.missed(by: outcomes) : [] {
            if let value = source.value(of: event, by: dimension) {
                change(value) { $0.missed = ($0.missed ?? 0) + 1 }
            }
        }
        return groups.values.sorted { left, right in
            (source.order(left), left.value) < (source.order(right), right.value)
        }
    }

    private mutating func add(_ outcome: IncidentOutcome) {
        guard !outcome.traits.isRecordOnly else {
            recordOnly += 1
            return
        }
        told += 1
        if outcome.state.isOpen { open += 1 }
        func days(_ moment: Instant) -> Double { moment.seconds(since: outcome.toldAt) / 86_400 }
        if let answered = outcome.answeredAt { daysToAnswer.append(days(answered)) }
        if let verdict = outcome.verdict {
            verdicts[verdict, default: 0] += 1
            if let judged = outcome.judgedAt { daysToVerdict.append(days(judged)) }
        }
    }

    /// The median; nil without values.
    static func median(_ values: [Double]) -> Double? {
        guard !values.isEmpty else { return nil }
        let sorted = values.sorted()
        let middle = sorted.count / 2
        return sorted.count % 2 == 1
            ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
    }
}

/// What the source adds to the statistics of incidents: sections, size classes, and the events that
/// show what was missed.
struct QualitySource: Sendable {
    /// Only incidents opened and events reported at or after this moment count; nil for all.
    let since: Instant?
    let zone: Zone
    private let industries: IndustryTree
    private let enterprises: [Int64: Enterprise]
    private let events: [Event]
    /// Whether the source was read. Without it there are no size classes and no missed events.
    let isRead: Bool

    /// - Parameter facts: the source as known now; nil when it cannot be read.
    init(_ facts: Facts?, since: Instant?, zone: Zone) {
        self.since = since
        self.zone = zone
        isRead = facts != nil
        industries = facts?.industries ?? IndustryTree([])
        enterprises = Dictionary(
            (facts?.panel.enterprises ?? []).map { ($0.id, $0) },
            uniquingKeysWith: { first, _ in first })
        events = facts?.events ?? []
    }

    func isCounted(_ outcome: IncidentOutcome) -> Bool {
        since.map { outcome.firstRaisedAt >= $0 } ?? true
    }

    /// The groups in which an incident counts.
    func values(
        of outcome: IncidentOutcome, by dimension: IncidentQuality.Dimension
    ) -> [String] {
        switch dimension {
        case .kind: return outcome.traits.kinds.map(\.rawValue)
        case .tier: return [outcome.peakTier.rawValue]
        case .industry: return [section(outcome.industryCode)].compactMap(\.self)
        case .size:
            guard outcome.subjectType == .enterprise, let id = Int64(outcome.subjectID) else {
                return []
            }
            return [enterprises[id]?.sizeClass].compactMap(\.self)
        }
    }

    /// The group in which an event counts; nil for none.
    func value(of event: Event, by dimension: IncidentQuality.Dimension) -> String? {
        let enterprise = event.enterpriseID.flatMap { enterprises[$0] }
        switch dimension {
        case .kind: return QualitySource.kinds[event.kind]?.rawValue
        case .tier: return nil
        case .industry: return section(enterprise?.industryCode)
        case .size: return enterprise?.sizeClass
        }
    }

    /// The section of an industry. Without the table of industries it is the letter with which a code
    /// of GB/T 4754 may begin, else the code itself.
    private func section(_ code: IndustryCode?) -> String? {
        guard let code else { return nil }
        if industries[code] != nil { return industries.section(code).rawValue }
        guard let first = code.rawValue.first, first.isASCII, first.isLetter else {
            return code.rawValue
        }
        return String(first)
    }

    /// The name of a group's code in a language.
    func name(_ quality: IncidentQuality, _ language: Language) -> String {
        switch quality.by {
        case .kind:
            AlertKind(rawValue: quality.value)?.words(in: language) ?? quality.value
        case .tier: Tier(rawValue: quality.value)?.words(in: language) ?? quality.value
        case .industry: industries.name(IndustryCode(quality.value), in: language)
        case .size: quality.value
        }
    }

    /// The place of a group: kinds and tiers in the order of their lists, the highest tier first.
    func order(_ quality: IncidentQuality) -> Int {
        switch quality.by {
        case .kind: AlertKind.allCases.firstIndex { $0.rawValue == quality.value } ?? 0
        case .tier: -(Tier.allCases.firstIndex { $0.rawValue == quality.value } ?? 0)
        case .industry, .size: 0
        }
    }

    // MARK: - Missed events

    /// The events that an early warning should come before, and their kind: what happened, not what
    /// was announced, and not a complaint. The kinds are those of the rule event.direct.
    private static let kinds: [EventKind: AlertKind] = [
        .massLayoff: .layoff, .closure: .layoff, .suspension: .layoff,
        .ownerAbsconded: .wageArrears,
    ]

    /// How long before an event an ended incident still counts as its warning, days: one year (own
    /// choice), because seasonal employers end within it.
    private static let warningDays = 365

    /// The events on record since the first incident whose enterprise had no incident before them
    /// that people were told of: none that was open on the day before, and none within the last
    /// year.
    func missed(by outcomes: [IncidentOutcome]) -> [Event] {
        guard let begin = outcomes.map(\.firstRaisedAt).min() else { return [] }
        var told: [Int64: [IncidentOutcome]] = [:]
        for outcome in outcomes
        where outcome.subjectType == .enterprise && !outcome.traits.isRecordOnly {
            if let id = Int64(outcome.subjectID) { told[id, default: []].append(outcome) }
        }
        return events.filter { event in
            guard QualitySource.kinds[event.kind] != nil, let enterprise = event.enterpriseID,
                since.map({ event.reportedAt >= $0 }) ?? true
            else { return false }
            let day = zone.end(of: event.occurredOn.adding(days: -1))
            guard day >= begin else { return false }
            let earliest = day.adding(seconds: -Int64(QualitySource.warningDays) * 86_400)
            return !(told[enterprise] ?? []).contains { incident in
                incident.toldAt <= day && (incident.resolvedAt.map { $0 >= earliest } ?? true)
            }
        }
    }
}
