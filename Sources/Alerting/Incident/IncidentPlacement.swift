import Labor

/// Decides which open incident an alert belongs to.
///
/// | alert of | joins the open incident |
/// | --- | --- |
/// | an enterprise | of the same enterprise, at most two months apart (1) |
/// | an enterprise, a missing report only | of the same enterprise, else of the county's missing reports of the month |
/// | a cell or region, mostly one enterprise (2) | of that enterprise, at most two months apart (1) |
/// | a cell or region | of the same node, at most two months apart (1); else of the nearest enclosing node of the same months |
/// | an indicator or the monitoring service | none: it is an incident of its own |
///
/// 1. The month that raised the alert (`startedPeriod`) counts, and the months from the incident's
///    first one to its last raise or rise. An incident that only stays open does not grow.
///    A slow decline reaches back to its first month.
/// 2. The largest enterprise has at least `IncidentPlacement.largestShareMin` of the persons.
struct IncidentPlacement {
    /// The number of months that an alert may be apart from the incident that it joins.
    static let monthsApartMax = 2
    /// The share of a cell's persons from which one enterprise makes the greater part of it. Own
    /// choice: clearly more than half.
    static let largestShareMin = 0.6

    /// Where an alert belongs.
    enum Place: Equatable {
        /// The alert opens an incident with this subject.
        case opens(Subject)
        /// The alert joins these incidents, the oldest first. When there are several, they are one.
        case joins([AlertID])
    }

    let regionContext: RegionContext
    /// The open incidents by the subject that an alert looks for.
    private var byEnterprise: [String: [AlertID]] = [:]
    private var nodes: [AlertID] = []
    private var missing: [String: [AlertID]] = [:]
    private var incidents: [AlertID: Episode] = [:]

    init(_ open: [Episode], regionContext: RegionContext) {
        self.regionContext = regionContext
        for incident in open { add(incident) }
    }

    /// Adds an open incident.
    mutating func add(_ incident: Episode) {
        incidents[incident.id] = incident
        switch incident.subject.type {
        case .enterprise: byEnterprise[incident.subject.id, default: []].append(incident.id)
        case .region where incident.kind == .reporting:
            missing[incident.subject.id, default: []].append(incident.id)
        case .cell, .region: nodes.append(incident.id)
        case .indicator, .system: break
        }
    }

    /// Replaces the state of a known incident.
    mutating func update(_ incident: Episode) { incidents[incident.id] = incident }

    /// Removes an incident that has ended.
    mutating func remove(_ id: AlertID) { incidents[id] = nil }

    func place(_ alert: Episode) -> Place {
        switch alert.subject.type {
        case .indicator, .system: return .opens(alert.subject)
        case .enterprise:
            let own = near(alert, byEnterprise[alert.subject.id] ?? [])
            if !own.isEmpty { return .joins(own) }
            return alert.kind == .reporting ? placeMissing(alert) : .opens(alert.subject)
        case .cell, .region:
            if let largest = largest(of: alert) {
                let own = near(alert, byEnterprise[largest] ?? [])
                if !own.isEmpty { return .joins(own) }
            }
            let same = near(
                alert,
                nodes.filter {
                    incidents[$0]?.subject.type == alert.subject.type
                        && incidents[$0]?.subject.id == alert.subject.id
                })
            if !same.isEmpty { return .joins(same) }
            return enclosing(alert).map { .joins([$0]) } ?? .opens(alert.subject)
        }
    }

    /// The enterprise that makes the greater part of a cell's persons; nil without one. The rows of
    /// the evidence list the enterprises with their persons.
    private func largest(of alert: Episode) -> String? {
        guard let all = alert.persons, all > 0 else { return nil }
        var largest: (id: Int64, persons: Int64)?
        for row in alert.evidence.rows {
            guard case .int(let id)? = row.values["enterprise_id"],
                let persons = Self.persons(row.values), persons > largest?.persons ?? 0
            else { continue }
            largest = (id, persons)
        }
        guard let largest, Double(largest.persons) >= Self.largestShareMin * Double(all) else {
            return nil
        }
        return String(largest.id)
    }

    /// The persons that an enterprise lost, from a row of evidence; nil when the row has none.
    private static func persons(_ values: [String: JSONValue]) -> Int64? {
        if case .int(let persons)? = values["persons"] { return persons }
        guard case .int(let before)? = values["headcount_before"],
            case .int(let after)? = values["headcount"]
        else { return nil }
        return before - after
    }

    /// The first month that an alert is about. A slow decline tells of all its months, so that it
    /// joins the incident of a cut within them.
    private static func firstMonth(of alert: Episode) -> Period {
        guard alert.rule == "layoff.slow", let months = alert.evidence.measures["months"],
            (1...120).contains(months)
        else { return alert.startedPeriod }
        return alert.startedPeriod.adding(1 - Int(months))
    }

    /// The incidents of the list that are at most `monthsApartMax` months apart, the oldest first.
    private func near(_ alert: Episode, _ ids: [AlertID]) -> [AlertID] {
        let month = alert.startedPeriod
        let first = Self.firstMonth(of: alert)
        return ids.compactMap { incidents[$0] }.filter { incident in
            let last = incident.incident?.raisedPeriod ?? incident.period
            return month >= incident.startedPeriod.adding(-Self.monthsApartMax)
                && first <= last.adding(Self.monthsApartMax)
        }.sorted { Self.isOlder($0, $1) }.map(\.id)
    }

    /// Whether the left incident survives when the two are one.
    static func isOlder(_ left: Episode, _ right: Episode) -> Bool {
        (left.startedPeriod, left.firstRaisedAt, left.id)
            < (right.startedPeriod, right.firstRaisedAt, right.id)
    }

    /// The county's list of missing reports of the month.
    private func placeMissing(_ alert: Episode) -> Place {
        guard let region = alert.subject.regionCode else { return .opens(alert.subject) }
        let path = regionContext.path(region)
        let county = RegionContext.county(path) ?? region
        let list = (missing[county.rawValue] ?? []).compactMap { incidents[$0] }.filter {
            $0.startedPeriod == alert.startedPeriod
        }.min { Self.isOlder($0, $1) }
        if let list { return .joins([list.id]) }
        return .opens(
            Subject(
                type: .region, id: county.rawValue,
                name: regionContext.regions.name(county, in: .chinese), regionCode: county))
    }

    /// The nearest open node that encloses the alert's node in the same months; nil for none.
    private func enclosing(_ alert: Episode) -> AlertID? {
        let regions = regionContext.path(alert.subject.regionCode)
        let industries = regionContext.path(alert.subject.industryCode)
        var nearest: (distance: Int, incident: Episode)?
        for id in nodes {
            guard let incident = incidents[id],
                let last = incident.incident?.raisedPeriod,
                (incident.startedPeriod...max(last, incident.startedPeriod))
                    .contains(alert.startedPeriod),
                let region = incident.subject.regionCode,
                let up = regions.firstIndex(of: region)
            else { continue }
            var distance = up * 16
            if let industry = incident.subject.industryCode {
                guard let wider = industries.firstIndex(of: industry) else { continue }
                distance += wider
            } else if incident.subject.type == .cell {
                // A sector of the economy has no industry code.
                continue
            } else {
                distance += industries.count
            }
            if let known = nearest,
                known.distance < distance
                    || known.distance == distance && Self.isOlder(known.incident, incident)
            {
                continue
            }
            nearest = (distance, incident)
        }
        return nearest?.incident.id
    }
}
