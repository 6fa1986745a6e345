import Labor

/// Persons who moved to another employer instead of losing their job, by enterprise and month.
///
/// Every rule that counts losses takes these persons off, each by the same figures. Two sources tell
/// of moves: events of kind `staff_transfer`, and the staff of sisters, which are the enterprises of
/// one `owner_group`. A fall at one sister and a rise at another within a month of it are one move,
/// up to the smaller of the two. What is left of the fall is a loss.
///
/// The value needs every row of the panel, whatever the scope.
struct StaffMoves: Sendable {
    /// The moves of one enterprise. Shape: one number of persons a month.
    private struct Row {
        /// Persons who moved away, the events included.
        var out: [Double]
        /// The part of `out` that events tell.
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

    /// The moves known up to a month of the panel.
    /// - Parameters:
    ///   - now: the last month looked at; nil when the panel has not begun.
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

    /// Persons who moved away over some months.
    func out(_ row: Int, _ months: ClosedRange<Int>) -> Double { sum(row, months, \.out) }

    /// The part of `out` that events tell.
    func told(_ row: Int, _ months: ClosedRange<Int>) -> Double { sum(row, months, \.told) }

    /// Persons who moved away less those who came from sisters in a month: what is added to the
    /// staff at its end, so that a move changes no sum of a cell.
    func net(_ row: Int, _ month: Int) -> Double {
        guard !rows.isEmpty, let known = rows[row], known.out.indices.contains(month) else {
            return 0
        }
        return known.out[month] - known.into[month]
    }

    private func sum(
        _ row: Int, _ range: ClosedRange<Int>, _ part: KeyPath<Row, [Double]>
    ) -> Double {
        guard !rows.isEmpty, let known = rows[row] else { return 0 }
        return known[keyPath: part][range.clamped(to: 0...months - 1)].reduce(0, +)
    }
}

extension StaffMoves {
    /// How the staff of one enterprise went: what is left of its falls and rises to be explained.
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
                    // An enterprise that is new in the panel got its staff from somewhere.
                    if month > 0 { rises[month] = heads }
                    continue
                }
                falls[month] = max(0, before - heads)
                // What only comes back after a short dip, a season or a slip, came from nowhere.
                let usual = last.sorted()[last.count / 2]
                rises[month] = max(0, min(heads - before, heads - usual))
            }
        }
    }

    /// Puts the persons of transfer events to the falls that they explain, the month of the event
    /// first: the reports may straddle a month. Those for whom no fall is found count in the month of
    /// the event.
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

    /// Matches the falls of sisters with the rises of others. The persons that events tell of come
    /// first, so that the other side of their move is no gain either.
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

    /// Takes falls off rises of other members, those of the same month first; what is left of both
    /// stays. Shape of both: members × months.
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

    /// The members with persons in a month, the largest number first.
    private static func order(_ persons: [[Double]], _ month: Int) -> [Int] {
        persons.indices.filter { persons[$0][month] > 0 }
            .sorted { (persons[$1][month], $0) < (persons[$0][month], $1) }
    }
}
