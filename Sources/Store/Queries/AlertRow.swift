import Alerting
import Labor
import Postgres

/// One row to insert into `laborwatch.alert`; the keys are the column names.
struct AlertRow: Encodable {
    let episode: Episode
    /// The event `raised` when this batch contains it; its texts become the episode's permanent
    /// titles. Nil keeps the stored titles.
    let title: AlertNotice?

    private enum CodingKeys: String, CodingKey {
        case alertID = "alert_id"
        case rule, kind
        case subjectType = "subject_type"
        case subjectID = "subject_id"
        case subjectName = "subject_name"
        case regionCode = "region_code"
        case industryCode = "industry_code"
        case tier
        case peakTier = "peak_tier"
        case state, certainty, title
        case titleEnglish = "title_en"
        case startedPeriod = "started_period"
        case period
        case firstRaisedAt = "first_raised_at"
        case lastEventAt = "last_event_at"
        case lastToldAt = "last_told_at"
        case resolvedAt = "resolved_at"
        case persons, share, amount, evidence
        case asOf = "as_of"
        case quietPeriod = "quiet_period"
        case quietSince = "quiet_since"
        case sequence
        case acknowledgedTier = "acknowledged_tier"
        case verdict, level
        case nextClockAt = "next_clock_at"
        case incidentID = "incident_id"
        case incident
    }

    func encode(to encoder: any Encoder) throws {
        var row = encoder.container(keyedBy: CodingKeys.self)
        try row.encode(episode.id, forKey: .alertID)
        try row.encode(episode.rule, forKey: .rule)
        try row.encode(episode.kind, forKey: .kind)
        try row.encode(episode.subject.type, forKey: .subjectType)
        try row.encode(episode.subject.id, forKey: .subjectID)
        try row.encode(episode.subject.name, forKey: .subjectName)
        try row.encodeIfPresent(episode.subject.regionCode, forKey: .regionCode)
        try row.encodeIfPresent(episode.subject.industryCode, forKey: .industryCode)
        try row.encode(episode.tier, forKey: .tier)
        try row.encode(episode.peakTier, forKey: .peakTier)
        try row.encode(episode.state, forKey: .state)
        try row.encode(episode.certainty, forKey: .certainty)
        try row.encodeIfPresent(title?.texts[.chinese]?.title, forKey: .title)
        try row.encodeIfPresent(title?.texts[.english]?.title, forKey: .titleEnglish)
        try row.encode(episode.startedPeriod.dateText, forKey: .startedPeriod)
        try row.encode(episode.period.dateText, forKey: .period)
        try row.encode(episode.firstRaisedAt.utcText, forKey: .firstRaisedAt)
        try row.encode(episode.lastEventAt.utcText, forKey: .lastEventAt)
        try row.encode(episode.lastToldAt.utcText, forKey: .lastToldAt)
        try row.encodeIfPresent(episode.resolvedAt?.utcText, forKey: .resolvedAt)
        try row.encodeIfPresent(episode.persons, forKey: .persons)
        try row.encodeIfPresent(episode.share, forKey: .share)
        try row.encodeIfPresent(episode.amount.map(Money.yuanText), forKey: .amount)
        try row.encode(StoredEvidence(episode.evidence), forKey: .evidence)
        try row.encode(episode.asOf.utcText, forKey: .asOf)
        try row.encodeIfPresent(episode.quietPeriod?.dateText, forKey: .quietPeriod)
        try row.encodeIfPresent(episode.quietSince?.utcText, forKey: .quietSince)
        try row.encode(episode.sequence, forKey: .sequence)
        try row.encodeIfPresent(episode.acknowledgedTier, forKey: .acknowledgedTier)
        try row.encodeIfPresent(episode.verdict, forKey: .verdict)
        try row.encode(episode.level, forKey: .level)
        try row.encodeIfPresent(episode.nextClockAt?.utcText, forKey: .nextClockAt)
        try row.encodeIfPresent(episode.incidentID, forKey: .incidentID)
        try row.encodeIfPresent(episode.incident, forKey: .incident)
    }
}

extension AlertRow {
    /// The number of columns of `select_open_alerts`, which `episode(_:)` reads.
    static let columnCount = 32

    /// The episode in a row that begins with the columns of `select_open_alerts`.
    static func episode(_ row: borrowing Row) throws -> Episode {
        let id = try row.uuid(0)
        let place = "laborwatch.alert \(id)"
        let subject = Subject(
            type: try word(row.text(3), place), id: try row.text(4), name: try row.text(5),
            regionCode: try row.textOrNil(6).map { RegionCode($0) },
            industryCode: try row.textOrNil(7).map { IndustryCode(rawValue: $0) })
        let evidence = try StoreJSON.value(
            StoredEvidence.self, row.json(21), "evidence of \(place)"
        ).evidence
        return Episode(
            id: AlertID(rawValue: id), rule: RuleID(try row.text(1)),
            kind: try word(row.text(2), place), subject: subject,
            tier: try word(row.text(8), place), peakTier: try word(row.text(9), place),
            state: try word(row.text(10), place), certainty: try word(row.text(11), place),
            startedPeriod: try period(row.date(12)), period: try period(row.date(13)),
            firstRaisedAt: try row.instant(14),
            lastEventAt: try row.instant(15),
            lastToldAt: try row.instant(16),
            resolvedAt: try row.instantOrNil(17),
            persons: try row.intOrNil(18).map { Int($0) }, share: try row.doubleOrNil(19),
            amount: try row.numericFenOrNil(20), evidence: evidence,
            asOf: try row.instant(22),
            quietPeriod: try row.dateOrNil(23).map(period),
            quietSince: try row.instantOrNil(24),
            sequence: Int(try row.int(25)),
            acknowledgedTier: try row.textOrNil(26).map { try word($0, place) },
            verdict: try row.textOrNil(27).map { try word($0, place) },
            level: Int(try row.int(28)),
            nextClockAt: try row.instantOrNil(29),
            incidentID: try row.uuidOrNil(30).map { AlertID(rawValue: $0) },
            incident: try row.jsonOrNil(31).map {
                try StoreJSON.value(IncidentTraits.self, $0, "incident of \(place)")
            })
    }
}

/// The month of a `date` column, which is given as days since 1970-01-01.
func period(_ days: Int32) -> Period {
    Day(daysSince1970: days).period
}

/// The enumeration value for a column's text; throws `damaged`, naming `place`, for an unknown
/// text.
func word<T: RawRepresentable<String>>(_ text: String, _ place: String) throws -> T {
    guard let value = T(rawValue: text) else {
        throw StoreError(
            .damaged, "\(place) holds '\(text)', which is no \(T.self)",
            hint: "use the program that wrote it, or a newer one")
    }
    return value
}
