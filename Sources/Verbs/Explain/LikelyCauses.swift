import Alerting
import Detect
import Labor

/// The likely causes why a re-computation differs from the stored result, as far as rows and rule
/// show them.
struct LikelyCauses {
    let event: AlertEvent
    let finding: Finding?
    let facts: Facts
    let rule: Rule

    var list: [Recomputation.Cause] {
        var causes: [Recomputation.Cause] = []
        if isThresholdChanged { causes.append(.thresholdChanged) }
        let (came, gone) = rows
        if !came.isEmpty { causes.append(.rowsCame(came)) }
        if !gone.isEmpty { causes.append(.rowsGone(gone)) }
        if let subject = finding?.subject ?? enterprise?.subject,
            subject.regionCode != event.subject.regionCode
                || subject.industryCode != event.subject.industryCode
        {
            causes.append(.subjectMoved)
        }
        return causes.isEmpty ? [.elsewhere] : causes
    }

    private var enterprise: Enterprise? {
        guard event.subject.type == .enterprise, let id = Int64(event.subject.id),
            let row = facts.panel.row(of: id)
        else { return nil }
        return facts.panel.enterprises[row]
    }

    /// Whether the stored threshold no longer occurs in the rule, in any region. The rule does not
    /// contain clear limits that are derived from other limits, so only limits that raise are
    /// compared.
    private var isThresholdChanged: Bool {
        guard let stored = event.evidence.threshold else { return false }
        if let now = finding?.evidence.threshold, now.tier == stored.tier {
            return !isSame(now.limits, stored.limits) || now.source != stored.source
        }
        guard event.evidence.marks["threshold"] != "clear" else { return false }
        let definition = rule.definition
        let base = definition.tiers[stored.tier]
        let places = [base] + definition.regions.values.map { $0.tiers[stored.tier] ?? base }
        return !places.contains { tier in
            guard let tier else { return false }
            return stored.limits.allSatisfy { name, limit in
                let own = tier.limits[name] ?? base?.limits[name]
                return own.map { isSame([name: $0], [name: limit]) } ?? true
            }
        }
    }

    private func isSame(_ left: [String: Double], _ right: [String: Double]) -> Bool {
        Recomputation.isSame(
            .object(left.mapValues { .double($0) }), .object(right.mapValues { .double($0) }))
    }

    /// `came`: rows that only the new computation has; `gone`: rows that only the stored result
    /// has.
    private var rows: (came: [EvidenceRow], gone: [EvidenceRow]) {
        var came: [EvidenceRow] = []
        var gone: [EvidenceRow] = []
        let stored = event.evidence.rows
        for row in stored {
            guard let now = current(row) else { continue }
            switch now {
            case .none where row.reportedAt != nil: gone.append(row)
            case .some(let known) where known.reportedAt != row.reportedAt: came.append(known)
            default: continue
            }
        }
        for row in finding?.evidence.rows ?? [] where row.reportedAt != nil {
            let isKnown = stored.contains { Self.isSamePlace($0, row) }
            let isListed = came.contains { Self.isSamePlace($0, row) }
            if !isKnown, !isListed { came.append(row) }
        }
        return (came, gone)
    }

    private static func isSamePlace(_ left: EvidenceRow, _ right: EvidenceRow) -> Bool {
        left.table == right.table && left.period == right.period
            && ["enterprise_id", "event_id", "code", "region_code"].allSatisfy {
                left.values[$0] == right.values[$0]
            }
    }

    /// The present row in place of a stored row. The outer nil means unknown; the inner nil means
    /// that the row no longer exists.
    private func current(_ row: EvidenceRow) -> EvidenceRow?? {
        guard let period = row.period else { return nil }
        switch row.table {
        case "labor.report":
            let own: JSONValue? = Int64(event.subject.id).map { .int($0) }
            let id = row.values["enterprise_id"] ?? own
            guard row.values["enterprise_id"] != nil || event.subject.type == .enterprise,
                case .int(let enterprise)? = id, let place = facts.panel.row(of: enterprise),
                let month = facts.panel.month(of: period)
            else { return nil }
            guard facts.panel.hasReport(place, month) else { return .some(nil) }
            var values = row.values.filter { $0.key == "enterprise_id" || $0.key == "name" }
            values["headcount"] = facts.panel.headcount(place, month).map { .int(Int64($0)) }
            if row.values["wages_paid"] != nil {
                values["wages_paid"] = facts.panel.wagesPaid(place, month)
                    .map(Money.yuanValue)
            }
            return EvidenceRow(
                table: row.table, period: period, values: values,
                reportedAt: facts.panel.reportedAt(place, month))
        case "labor.indicator":
            guard case .string(let code)? = row.values["code"],
                case .string(let region)? = row.values["region_code"]
            else { return nil }
            let known = facts.indicators.first {
                $0.code == code && $0.regionCode.rawValue == region && $0.period == period
            }
            guard let known else { return .some(nil) }
            return EvidenceRow(
                table: row.table, period: period,
                values: [
                    "code": .string(code), "region_code": .string(region),
                    "value": .double(known.value),
                ], reportedAt: known.reportedAt)
        default: return nil
        }
    }
}
