import Alerting
import Daemon
import Labor
import Settings
import Store

/// The explanation for a program: one object, `laborwatch.explanation/1`.
extension Explanation {
    func json(linksBase: String?) throws -> JSONValue {
        let episode = history.alert.episode
        var object: [String: JSONValue] = [
            "schema": "laborwatch.explanation/1", "alert_id": .string(episode.id.rawValue),
            "incident_id": episode.incidentID.map { .string($0.rawValue) } ?? .null,
            "rule": .string(episode.rule.rawValue), "kind": .string(episode.kind.rawValue),
            "tier": .string(episode.tier.rawValue),
            "peak_tier": .string(episode.peakTier.rawValue),
            "state": .string(episode.state.rawValue),
            "certainty": .string(episode.certainty.rawValue),
            "verdict": episode.verdict.map { .string($0.rawValue) } ?? .null,
            "verdict_note": history.alert.note.map { .string($0) } ?? .null,
            "recomputed": recomputed, "states": .array(history.notices.map(state)),
            "route": .array(route(.json).objects),
            "deliveries": .array(history.deliveries.map(delivery)),
            "series": .array(courses.map(series)), "event": .null,
        ]
        if let notice {
            let document = try notice.document(in: language, zone: zone, linkBase: linksBase)
            object["event"] = try JSONText.value(String(decoding: document, as: UTF8.self))
        }
        return .object(object)
    }

    private var recomputed: JSONValue {
        switch recomputation.result {
        case .agrees: return .object(["result": "agrees"])
        case .skipped: return .object(["result": "skipped"])
        case .notApplicable: return .object(["result": "not_applicable"])
        case .unreachable(let failure):
            return .object(["result": "unreachable", "message": .string(failure.message)])
        case .disagrees(let differences, let causes):
            return .object([
                "result": "disagrees",
                "differences": .array(
                    differences.map {
                        .object([
                            "field": .string($0.field), "stored": $0.stored, "now": $0.now,
                        ])
                    }),
                "likely": .array(
                    causes.map {
                        .object([
                            "code": .string($0.code), "text": .string(words($0)),
                            "rows": .array($0.rows.map(row)),
                        ])
                    }),
            ])
        }
    }

    private func row(_ row: EvidenceRow) -> JSONValue {
        .object([
            "table": .string(row.table),
            "period": row.period.map { .string($0.description) } ?? .null,
            "values": .object(row.values), "reported_at": moment(row.reportedAt),
        ])
    }

    private func moment(_ instant: Instant?) -> JSONValue {
        instant.map { .string(zone.text($0)) } ?? .null
    }

    private func state(_ notice: AlertNotice) -> JSONValue {
        let event = notice.event
        return .object([
            "event_id": .string(event.id), "at": moment(event.at), "as_of": moment(event.asOf),
            "what": .string(event.isOfIncident ? event.what.incidentWord : event.what.rawValue),
            "reason": .string(event.reason.rawValue),
            "from_tier": event.fromTier.map { .string($0.rawValue) } ?? .null,
            "to_tier": .string(event.toTier.rawValue),
            "from_state": event.fromState.map { .string($0.rawValue) } ?? .null,
            "to_state": .string(event.toState.rawValue),
            "actor": event.actor.map { .string($0) } ?? .null,
        ])
    }

    private func delivery(_ delivery: DeliveryRecord) -> JSONValue {
        .object([
            "delivery_id": .int(delivery.id), "event_id": .string(delivery.eventID),
            "what": .string(delivery.what.rawValue), "receiver": .string(delivery.receiver),
            "state": .string(delivery.state.rawValue),
            "reason": delivery.reason.map { .string($0.rawValue) } ?? .null,
            "attempts": .int(Int64(delivery.attempts)), "finished_at": moment(delivery.finishedAt),
            "last_error": delivery.lastError.map { .string($0) } ?? .null,
            "log": .array(
                delivery.log.map { attempt in
                    .object([
                        "started_at": moment(attempt.startedAt),
                        "ended_at": moment(attempt.endedAt), "outcome": .string(attempt.outcome),
                        "status": attempt.status.map { .int(Int64($0)) } ?? .null,
                        "error": attempt.error.map { .string($0) } ?? .null,
                    ])
                }),
        ])
    }

    private func series(_ course: Course) -> JSONValue {
        func number(_ value: Double?) -> JSONValue {
            value.flatMap { $0.isFinite ? .double($0) : nil } ?? .null
        }
        return .object([
            "measure": .string(course.measure),
            "points": .array(
                course.points.map { point in
                    .object([
                        "period": .string(point.period.description), "value": number(point.value),
                        "expected": number(point.expected),
                        "low": number(point.far?.lowerBound),
                        "high": number(point.far?.upperBound),
                    ])
                }),
        ])
    }
}

extension Recomputation.Cause {
    /// The code of the cause for programs.
    var code: String {
        switch self {
        case .ruleGone: "rule_gone"
        case .thresholdChanged: "threshold_changed"
        case .rowsCame: "rows_came"
        case .rowsGone: "rows_gone"
        case .subjectMoved: "subject_moved"
        case .elsewhere: "elsewhere"
        }
    }
}
