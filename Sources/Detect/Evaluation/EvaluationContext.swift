import Labor

/// The facts of one evaluation, with everything that detectors derive from them in common.
///
/// It is a value that never changes: what several rules measure alike (`shared`) is measured when the
/// value is made, for the rules that will ask.
struct EvaluationContext: Sendable {
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

    /// Staff that moved to another employer: no rule counts it as lost.
    let moves: StaffMoves
    /// What several rules measure alike.
    private(set) var shared = SharedMeasures()

    /// The enterprises in scope, by rising row; nil for all.
    private var rows: [Int]?
    private var inScope: Set<Int>?

    /// Derives what the detectors need.
    /// - Parameters:
    ///   - facts: what was known then.
    ///   - asOf: the day looked at.
    ///   - scope: the enterprises looked at; the sisters of one owner group come along, because
    ///     staff that moves between them changes what is found of each.
    ///   - measures: what the rules of this evaluation measure alike.
    init(
        _ facts: Facts, asOf: AsOf, scope: EvaluationScope,
        measuring measures: Set<SharedMeasure> = []
    ) {
        self.facts = facts
        self.asOf = asOf
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
        moves = StaffMoves(panel, through: now, eventsOf: eventsOf)
        if case .enterprises(let ids) = scope {
            let chosen = Self.withSisters(Set(ids.compactMap(panel.row)), panel)
            rows = chosen.sorted()
            inScope = chosen
        }
        shared = SharedMeasures(measures, of: self)
    }

    /// The same facts with every enterprise in scope.
    var whole: EvaluationContext {
        var whole = self
        whole.rows = nil
        whole.inScope = nil
        return whole
    }

    private static func withSisters(_ rows: Set<Int>, _ panel: Panel) -> Set<Int> {
        let owners = Set(rows.compactMap { panel.enterprises[$0].ownerGroup }).subtracting([""])
        guard !owners.isEmpty else { return rows }
        return rows.union(
            panel.enterprises.indices.filter { row in
                panel.enterprises[row].ownerGroup.map(owners.contains) ?? false
            })
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
        guard let row = anyRow(of: key), inScope?.contains(row) ?? true else { return nil }
        return row
    }

    /// Whether the table of regions has a place. Where it has no row at all, every code stands for
    /// itself.
    func isKnown(regional: Int) -> Bool {
        facts.regions.regions.isEmpty || facts.regions[regionCodes[regional]] != nil
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
    /// later month is already due, when a later report is held back or cannot be used, or when there
    /// is no figure at all.
    func status(_ row: Int, through month: Int?, dueDay: Int) -> SubjectStatus {
        guard let month, !isHeldBack(row, after: month) else { return .silent }
        let period = facts.panel.period(month)
        return period >= dueMonth(dueDay: dueDay) ? .clear(through: period) : .silent
    }

    private func isHeldBack(_ row: Int, after month: Int) -> Bool {
        let panel = facts.panel
        guard let now, month <= now else { return false }
        return (month...now).contains { other in
            other > month && (panel.isHeld(row, other) || panel.isUnusable(row, other))
                || !panel.heldFields(row, other).isEmpty
        }
    }
}
