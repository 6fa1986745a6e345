import Alerting
import Labor
import Postgres

/// One row to insert into `laborwatch.alert_event`; the keys are the column names.
struct EventRow: Encodable {
    let notice: AlertNotice

    private enum CodingKeys: String, CodingKey {
        case eventID = "event_id"
        case alertID = "alert_id"
        case sequence, at
        case asOf = "as_of"
        case what
        case fromTier = "from_tier"
        case toTier = "to_tier"
        case fromState = "from_state"
        case toState = "to_state"
        case reason, certainty, period, persons, share, amount, evidence, subject, texts
        case dueAt = "due_at"
        case actor
        case onBehalfOf = "on_behalf_of"
        case level, incident
    }

    func encode(to encoder: any Encoder) throws {
        let event = notice.event
        var row = encoder.container(keyedBy: CodingKeys.self)
        try row.encode(event.id, forKey: .eventID)
        try row.encode(event.alertID, forKey: .alertID)
        try row.encode(event.sequence, forKey: .sequence)
        try row.encode(event.at.utcText, forKey: .at)
        try row.encode(event.asOf.utcText, forKey: .asOf)
        try row.encode(event.what, forKey: .what)
        try row.encodeIfPresent(event.fromTier, forKey: .fromTier)
        try row.encode(event.toTier, forKey: .toTier)
        try row.encodeIfPresent(event.fromState, forKey: .fromState)
        try row.encode(event.toState, forKey: .toState)
        try row.encode(event.reason, forKey: .reason)
        try row.encode(event.certainty, forKey: .certainty)
        try row.encode(event.period.dateText, forKey: .period)
        try row.encodeIfPresent(event.persons, forKey: .persons)
        try row.encodeIfPresent(event.share, forKey: .share)
        try row.encodeIfPresent(event.amount.map(Money.yuanText), forKey: .amount)
        try row.encode(StoredEvidence(event.evidence), forKey: .evidence)
        try row.encode(StoredSubject(event.subject), forKey: .subject)
        let texts = notice.texts.map { ($0.key.rawValue, $0.value) }
        try row.encode(Dictionary(uniqueKeysWithValues: texts), forKey: .texts)
        try row.encodeIfPresent(notice.dueAt?.utcText, forKey: .dueAt)
        try row.encodeIfPresent(event.actor, forKey: .actor)
        try row.encodeIfPresent(event.onBehalfOf, forKey: .onBehalfOf)
        try row.encode(event.level, forKey: .level)
        try row.encodeIfPresent(event.incident, forKey: .incident)
    }
}

extension EventRow {
    /// The notice in a row whose columns, starting at `offset`, are those of
    /// `select_events_of_alert`.
    static func notice(_ row: borrowing Row, from offset: Int = 0) throws -> AlertNotice {
        let id = try row.uuid(offset)
        let place = "laborwatch.alert_event \(id)"
        let evidence = try StoreJSON.value(
            StoredEvidence.self, row.json(offset + 16), "evidence of \(place)"
        ).evidence
        let subject = try StoreJSON.value(
            StoredSubject.self, row.json(offset + 17), "subject of \(place)"
        ).subject
        let incident = try row.jsonOrNil(offset + 25).map {
            try StoreJSON.value(IncidentMark.self, $0, "incident of \(place)")
        }
        let rule = RuleID(try row.text(offset + 21))
        // The kind of an incident changes with the alert that leads it.
        let ofIncident = rule == .incident ? incident?.kind : nil
        let kind: AlertKind = try ofIncident ?? word(row.text(offset + 22), place)
        let event = AlertEvent(
            id: id, alertID: AlertID(rawValue: try row.uuid(offset + 1)),
            sequence: Int(try row.int(offset + 2)),
            at: try row.instant(offset + 3),
            asOf: try row.instant(offset + 4),
            what: try word(row.text(offset + 5), place),
            reason: try word(row.text(offset + 10), place),
            fromTier: try row.textOrNil(offset + 6).map { try word($0, place) },
            toTier: try word(row.text(offset + 7), place),
            fromState: try row.textOrNil(offset + 8).map { try word($0, place) },
            toState: try word(row.text(offset + 9), place),
            rule: rule, kind: kind,
            certainty: try word(row.text(offset + 11), place), subject: subject,
            period: try period(row.date(offset + 12)),
            persons: try row.intOrNil(offset + 13).map { Int($0) },
            share: try row.doubleOrNil(offset + 14), amount: try row.numericFenOrNil(offset + 15),
            evidence: evidence, actor: try row.textOrNil(offset + 20),
            onBehalfOf: try row.textOrNil(offset + 23), level: Int(try row.int(offset + 24)),
            incident: incident)
        let texts = try StoreJSON.value(
            [String: AlertText].self, row.json(offset + 18), "texts of \(place)")
        return AlertNotice(
            event: event, texts: try languages(texts, place),
            dueAt: try row.instantOrNil(offset + 19))
    }

    private static func languages(
        _ texts: [String: AlertText], _ place: String
    ) throws -> [Language: AlertText] {
        var result: [Language: AlertText] = [:]
        for (name, text) in texts {
            let language: Language = try word(name, place)
            result[language] = text
        }
        return result
    }
}
