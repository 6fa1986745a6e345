import Labor

/// The facts of one evaluation, with the data that all detectors derive from them.
///
/// The value never changes. Measures that several rules share (`shared`) are computed when the
/// value is created.
struct EvaluationContext: Sendable {
    let facts: Facts
    let asOf: AsOf
    /// The region codes of enterprises, each once.
    let regionCodes: [RegionCode]
    /// For each region code, the regions that contain it, innermost first, including itself. A code
    /// that is not in the table of regions has itself alone.
    let paths: [[RegionCode]]
    /// For each row, the index of the enterprise's region in `regionCodes`.
    let regionIndex: [Int32]
    /// The events of each enterprise up to the as-of day, by row, in the order of the facts.
    let eventsOf: [Int: [Event]]
    /// The month of the as-of day as an index of the panel, at most the last one; nil when the
    /// panel begins later.
    let now: Int?

    /// Persons who moved to another employer. No rule counts them as lost.
    let moves: StaffMoves
    /// The measures that several rules share.
    private(set) var shared = SharedMeasures()

    /// The rows in scope, in rising order; nil for all.
    private var rows: [Int]?
    private var inScope: Set<Int>?

    /// Derives the data that the detectors need.
    /// - Parameters:
    ///   - facts: the facts known at the as-of.
    ///   - asOf: the moment of the evaluation.
    ///   - scope: the enterprises to evaluate. Sisters of the same owner group are added, because
    ///     staff that moves between sisters changes the findings of each.
    ///   - measures: the shared measures to compute.
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
        let falls = SharedMeasures.computeFalls(measures, of: self)
        shared.add(falls)
    }

    /// A copy with every enterprise in scope.
    var whole: EvaluationContext {
        var whole = self
        whole.rows = nil
        whole.inScope = nil
        return whole
    }

    /// Adds all enterprises that have an owner group in common with a row.
    private static func withSisters(_ rows: Set<Int>, _ panel: Panel) -> Set<Int> {
        let owners = Set(rows.compactMap { panel.enterprises[$0].ownerGroup }).subtracting([""])
        guard !owners.isEmpty else { return rows }
        return rows.union(
            panel.enterprises.indices.filter { row in
                panel.enterprises[row].ownerGroup.map(owners.contains) ?? false
            })
    }

    /// Calls the body for every enterprise in scope, in rising order of rows.
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

    /// Whether the table of regions contains a region code. If the table is empty, every code
    /// counts as known.
    /// - Parameter regional: an index of `regionCodes`.
    func isKnown(regional: Int) -> Bool {
        facts.regions.regions.isEmpty || facts.regions[regionCodes[regional]] != nil
    }

    /// The regions that contain an enterprise, innermost first.
    func path(_ row: Int) -> [RegionCode] { paths[Int(regionIndex[row])] }

    /// The latest month whose reports are due. The reports of a month are due after `dueDay` of the
    /// following month.
    func dueMonth(dueDay: Int) -> Period {
        let (_, _, day) = asOf.day.civil
        return asOf.day.period.adding(day > dueDay ? -1 : -2)
    }

    /// The latest month with a report that counts, as an index of the panel; nil when it is more
    /// than `ageMax` months old.
    func latestReport(_ row: Int, ageMax: Int) -> Int? {
        guard let now, let latest = facts.panel.latestReport(row, upTo: now) else { return nil }
        return isRecent(latest, ageMax: ageMax) ? latest : nil
    }

    /// Whether a month of the panel is at most `ageMax` months before the month of the as-of.
    func isRecent(_ month: Int, ageMax: Int) -> Bool {
        asOf.day.period.months(since: facts.panel.period(month)) <= ageMax
    }

    /// The status of a watched enterprise whose reports up to `month` show no event. It is `clear`,
    /// or `silent` in three cases: no report exists, a later month is already due, or a later
    /// report is held back or unusable.
    func status(_ row: Int, through month: Int?, dueDay: Int) -> SubjectStatus {
        guard let month, !isHeldBack(row, after: month) else { return .silent }
        let period = facts.panel.period(month)
        return period >= dueMonth(dueDay: dueDay) ? .clear(through: period) : .silent
    }

    /// Whether a report after `month` is held back or unusable, or a field of `month` or later is
    /// held back.
    private func isHeldBack(_ row: Int, after month: Int) -> Bool {
        let panel = facts.panel
        guard let now, month <= now else { return false }
        return (month...now).contains { other in
            other > month && (panel.isHeld(row, other) || panel.isUnusable(row, other))
                || !panel.heldFields(row, other).isEmpty
        }
    }
}
