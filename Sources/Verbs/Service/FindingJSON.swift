import Alerting
import Daemon
import Labor

extension Finding {
    /// The finding as a line of `evaluate --dry-run`: the fields of an alert that do not need a
    /// history, under the schema name `laborwatch.finding/1`.
    func json(_ facts: Facts, language: Language, asOf: AsOf, zone: Zone) throws -> JSONValue {
        var subjectFields: [String: JSONValue] = [
            "type": .string(subject.type.rawValue), "id": .string(subject.id),
            "name": .string(subject.name),
        ]
        subjectFields["region_code"] = subject.regionCode.map { .string($0.rawValue) } ?? .null
        subjectFields["region"] =
            subject.regionCode.map { .string(facts.regions.name($0, in: language)) } ?? .null
        subjectFields["industry_code"] = subject.industryCode.map { .string($0.rawValue) } ?? .null
        return .object([
            "schema": "laborwatch.finding/1", "as_of": .string(zone.text(asOf.instant)),
            "rule": .string(rule.rawValue), "kind": .string(kind.rawValue),
            "tier": (raises ?? holds).map { .string($0.rawValue) } ?? .null,
            "raises": raises.map { .string($0.rawValue) } ?? .null,
            "holds": holds.map { .string($0.rawValue) } ?? .null,
            "certainty": .string(certainty.rawValue), "subject": .object(subjectFields),
            "period": .string(period.description),
            "persons": persons.map { .int(Int64($0)) } ?? .null,
            "share": share.map { .double($0) } ?? .null,
            "amount": amount.map(Money.yuanValue) ?? .null,
            "evidence": try JSONText.value(evidence.json()),
        ])
    }
}
