import Labor

/// The facts of one evaluation with what all detectors need beside them, made once.
struct EvaluationContext {
    let facts: Facts
    let asOf: AsOf
    /// The places that enterprises stand in, and the regions that contain each, innermost first.
    let regionCodes: [RegionCode]
    let paths: [[RegionCode]]
    /// The index of each enterprise's place, by dense row.
    let regionIndex: [Int32]
    /// Events of enterprises, by dense row, in the order of the facts.
    let eventsOf: [Int: [Event]]
    /// The month of the as-of day, at most the panel's last; nil when the panel begins later.
    let now: Int?

    /// What peers did, for the rules that ask for it.
    let desk = PeerDesk()
    /// What several rules measure alike.
    let shared = SharedMeasures()

    private let rows: [Int]?
    private let scope: EvaluationScope

    init(_ facts: Facts, asOf: AsOf, scope: EvaluationScope) {
        self.facts = facts
        self.asOf = asOf
        self.scope = scope
        let panel = facts.panel
        let month = asOf.day.period.months(since: panel.first)
        now = month < 0 ? nil : min(month, panel.months - 1)
        var regionCodes: [RegionCode] = []
        var known: [RegionCode: Int32] = [:]
        regionIndex = panel.enterprises.map { enterprise in
            if let index = known[enterprise.regionCode] { return index }
            let index = Int32(regionCodes.count)
            known[enterprise.regionCode] = index
            regionCodes.append(enterprise.regionCode)
            return index
        }
        self.regionCodes = regionCodes
        paths = regionCodes.map { code in
            let path = facts.regions.path(code)
            return path.isEmpty ? [code] : path
        }
        var eventsOf: [Int: [Event]] = [:]
        for event in facts.events {
            guard let row = event.enterpriseID.flatMap(panel.row), event.occurredOn <= asOf.day
            else { continue }
            eventsOf[row, default: []].append(event)
        }
        self.eventsOf = eventsOf
        switch scope {
        case .all: rows = nil
        case .enterprises(let ids): rows = ids.compactMap(panel.row).sorted()
        }
    }

    /// Calls the body for every enterprise in scope, by rising row.
    func forEachRow(_ body: (Int) -> Void) {
        guard let rows else {
            for row in 0..<facts.panel.enterprises.count { body(row) }
            return
        }
        for row in rows { body(row) }
    }

    /// The row of a watched enterprise; nil when it is out of scope or not in the panel.
    func row(of key: EpisodeKey) -> Int? {
        guard key.subjectType == .enterprise, let id = Int64(key.subjectID) else { return nil }
        if case .enterprises(let ids) = scope, !ids.contains(id) { return nil }
        return facts.panel.row(of: id)
    }

    /// The regions of an enterprise, innermost first.
    func path(_ row: Int) -> [RegionCode] { paths[Int(regionIndex[row])] }

    /// The latest month whose reports are due: until the due day of the month after it, the month
    /// before is.
    func dueMonth(dueDay: Int) -> Period {
        let (_, _, day) = asOf.day.civil
        return asOf.day.period.adding(day > dueDay ? -1 : -2)
    }

    /// The latest month with a report that counts, not older than the rule allows.
    func latestReport(_ row: Int, ageMax: Int) -> Int? {
        guard let now, let latest = facts.panel.latestReport(row, upTo: now) else { return nil }
        return isRecent(latest, ageMax: ageMax) ? latest : nil
    }

    /// Whether a month of the panel lies at most so many months before the as-of's.
    func isRecent(_ month: Int, ageMax: Int) -> Bool {
        asOf.day.period.months(since: facts.panel.period(month)) <= ageMax
    }

    /// The status of a watched enterprise whose figures up to a month say nothing: silent when a
    /// later month is already due or has a report that is held back, or when there is no figure at
    /// all.
    func status(_ row: Int, through month: Int?, dueDay: Int) -> SubjectStatus {
        guard let month, !isHeldBack(row, after: month) else { return .silent }
        let period = facts.panel.period(month)
        return period >= dueMonth(dueDay: dueDay) ? .clear(through: period) : .silent
    }

    private func isHeldBack(_ row: Int, after month: Int) -> Bool {
        guard let now, month < now else { return false }
        return (month + 1...now).contains { facts.panel.isHeld(row, $0) }
    }
}
