import Labor

/// The number of persons who moved to another employer instead of losing their job, by enterprise
/// and month.
///
/// Every rule that counts losses subtracts these persons. Two sources show moves: events of kind
/// `staff_transfer`, and the headcounts of sisters, which are the enterprises of one `owner_group`.
/// A fall at one sister and a rise at another sister, at most one month apart, are one move of the
/// smaller of both numbers. The rest of the fall is a loss.
///
/// The computation needs every row of the panel, independent of the scope.
struct StaffMoves: Sendable {
    /// The moves of one enterprise. Shape: one number of persons a month.
    private struct Row {
        /// Persons who moved away, by events or to sisters.
        var out: [Double]
        /// The part of `out` that comes from events.
        var told: [Double]
        /// Persons who came from sisters.
        var into: [Double]

        init(_ months: Int) {
            out = [Double](repeating: 0, count: months)
            told = out
            into = out
        }
    }

    private var rows: [Int: Row] = [:]
    private let months: Int

    /// Computes the moves up to a month of the panel.
    /// - Parameters:
    /// - now: the last month used, as an index of the panel; nil when the panel begins later.
    ///   - eventsOf: the events of enterprises by dense row.
    init(_ panel: Panel, through now: Int?, eventsOf: [Int: [Event]]) {
        months = (now ?? -1) + 1
        guard months > 0 else { return }
        var groups: [String: [Int]] = [:]
        for (row, enterprise) in panel.enterprises.enumerated() {
            if let owner = enterprise.ownerGroup, !owner.isEmpty {
                groups[owner, default: []].append(row)
            }
        }
        var courses: [Int: Course] = [:]
        for (row, events) in eventsOf where events.contains(where: { $0.kind == .staffTransfer }) {
            var course = Course(panel, row, months)
            regional(events, of: row, &course, panel)
            courses[row] = course
        }
        for members in groups.values where members.count > 1 {
            match(members, courses, panel)
        }
    }

    /// The number of persons who moved away in a range of months.
    func out(_ row: Int, _ months: ClosedRange<Int>) -> Double { sum(row, months, \.out) }

    /// The part of `out` that comes from events.
    func told(_ row: Int, _ months: ClosedRange<Int>) -> Double { sum(row, months, \.told) }

    /// Persons who moved away minus persons who came from sisters in a month. Adding it to the
    /// headcount at the end of the month removes the move, so that the move does not change the sum
    /// of a cell.
    func net(_ row: Int, _ month: Int) -> Double {
        guard !rows.isEmpty, let known = rows[row], known.out.indices.contains(month) else {
            return 0
        }
        return known.out[month] - known.into[month]
    }

    /// The sum of one kind of moves over a range of panel months.
    private func sum(
        _ row: Int, _ range: ClosedRange<Int>, _ part: KeyPath<Row, [Double]>
    ) -> Double {
        guard !rows.isEmpty, let known = rows[row] else { return 0 }
        return known[keyPath: part][range.clamped(to: 0...months - 1)].reduce(0, +)
    }
}

extension StaffMoves {
    /// The falls and rises of one enterprise's headcount that no move explains yet, by month.
    private struct Course {
        var falls: [Double]
        var rises: [Double]

        init(_ panel: Panel, _ row: Int, _ months: Int) {
            falls = [Double](repeating: 0, count: months)
            rises = falls
            var last: [Double] = []
            for month in 0..<months {
                guard let heads = panel.headcount(row, month).map(Double.init) else { continue }
                defer { last = Array((last + [heads]).suffix(3)) }
                guard let before = last.last else {
                    // An enterprise that is new in the panel: its whole staff counts as a rise.
                    if month > 0 { rises[month] = heads }
                    continue
                }
                falls[month] = max(0, before - heads)
                // A rise after a short dip (a season or an error) is a recovery. Only the part
                // above the median of the last three reports can come from a sister.
                let usual = last.sorted()[last.count / 2]
                rises[month] = max(0, min(heads - before, heads - usual))
            }
        }
    }

    /// Assigns the persons of transfer events to the falls that they explain: the month of the
    /// event first, then the month after and the month before, because a report may show the move
    /// one month off. Persons without a matching fall count in the month of the event.
    private mutating func regional(
        _ events: [Event], of row: Int, _ course: inout Course, _ panel: Panel
    ) {
        var moves = Row(months)
        for event in events where event.kind == .staffTransfer {
            guard let month = panel.month(of: event.occurredOn.period), month < months else {
                continue
            }
            var left = Double(event.persons ?? 0)
            for at in [month, month + 1, month - 1] where moves.out.indices.contains(at) {
                let placed = min(left, course.falls[at])
                course.falls[at] -= placed
                moves.told[at] += placed
                left -= placed
            }
            moves.told[month] += left
        }
        moves.out = moves.told
        rows[row] = moves
    }

    /// Matches the falls of sisters with the rises of other sisters. The persons of events are
    /// matched first, so that the rise at their new employer is not matched again.
    private mutating func match(
        _ members: [Int], _ courses: [Int: Course], _ panel: Panel
    ) {
        let own = members.map { courses[$0] ?? Course(panel, $0, months) }
        var told = members.map { rows[$0]?.told ?? [Double](repeating: 0, count: months) }
        var falls = own.map(\.falls)
        var rises = own.map(\.rises)
        let before = rises
        Self.settle(&told, by: &rises)
        Self.settle(&falls, by: &rises)
        for (index, row) in members.enumerated() {
            var moves = rows[row] ?? Row(months)
            for month in 0..<months {
                moves.out[month] += own[index].falls[month] - falls[index][month]
                moves.into[month] += before[index][month] - rises[index][month]
            }
            if (moves.out + moves.into).contains(where: { $0 > 0 }) { rows[row] = moves }
        }
    }

    /// Subtracts falls from rises of other members, the same month first, then one month off. The
    /// unmatched rest remains in both. Shape of both: members × months.
    private static func settle(_ falls: inout [[Double]], by rises: inout [[Double]]) {
        for offset in [0, -1, 1] {
            for month in falls[0].indices where falls[0].indices.contains(month + offset) {
                let givers = order(falls, month)
                let takers = order(rises, month + offset)
                for giver in givers {
                    for taker in takers where taker != giver && falls[giver][month] > 0 {
                        let moved = min(falls[giver][month], rises[taker][month + offset])
                        falls[giver][month] -= moved
                        rises[taker][month + offset] -= moved
                    }
                }
            }
        }
    }

    /// The members with a positive number in a month, the largest number first.
    private static func order(_ persons: [[Double]], _ month: Int) -> [Int] {
        persons.indices.filter { persons[$0][month] > 0 }
            .sorted { (persons[$1][month], $0) < (persons[$0][month], $1) }
    }
}
