/// Ranks the alarms of a region and month when there are more than its staff can verify. The
/// alarms with the most expected persons are within the budget.
enum AlarmBudget {
    /// An alarm that no person has verified yet.
    struct Candidate {
        /// The region, as an index, and the month. Alarms with the same region and month share a
        /// budget.
        var county: Int
        var month: Int
        /// The persons that the alarm concerns.
        var persons: Double
        /// The probability that the alarm is true, 0…1.
        var probability: Double
        /// The id that orders equal alarms, so that the order of the rows does not matter.
        var id: Int64

        /// The expected persons: persons × probability.
        var expected: Double { persons * probability }
    }

    /// The rank of a candidate in its region and month.
    struct Standing: Equatable {
        /// The rank, from 1.
        var rank: Int
        /// The number of candidates in the region and month.
        var ranked: Int
        /// The expected persons: persons × probability.
        var expected: Double
        /// Whether the rank is beyond the budget.
        var isOver: Bool
    }

    /// Ranks every candidate.
    /// - Parameter budget: the maximum number of alarms of a region in a month; 0 for no limit.
    /// - Returns: the standings, in the order of `candidates`.
    static func rank(_ candidates: [Candidate], budget: (Int) -> Int) -> [Standing] {
        var groups: [[Int]: [Int]] = [:]
        for (index, one) in candidates.enumerated() {
            groups[[one.county, one.month], default: []].append(index)
        }
        var standings = candidates.map {
            Standing(rank: 1, ranked: 1, expected: $0.expected, isOver: false)
        }
        for (group, members) in groups {
            let most = budget(group[0])
            let order = members.sorted { precedes(candidates[$0], candidates[$1]) }
            for (position, index) in order.enumerated() {
                standings[index].rank = position + 1
                standings[index].ranked = order.count
                standings[index].isOver = most > 0 && position >= most
            }
        }
        return standings
    }

    /// Orders candidates: more expected persons first, then more persons, then the smaller id.
    private static func precedes(_ left: Candidate, _ right: Candidate) -> Bool {
        if left.expected != right.expected { return left.expected > right.expected }
        if left.persons != right.persons { return left.persons > right.persons }
        return left.id < right.id
    }
}

extension Ladder.Verdict {
    /// The verdict with a raised tier of at most the lowest tier of the ladder. `holds` is
    /// unchanged: an alert that was sent at a higher tier keeps its tier when other alarms follow.
    func overBudget(_ ladder: Ladder) -> Ladder.Verdict {
        var capped = capped(ladder)
        capped.holds = holds
        return capped
    }
}
