/// Which of the alarms of a region and month stand when there are more than its people can verify:
/// those behind which the most persons are to be expected.
enum AlarmBudget {
    /// An alarm that has yet to be verified.
    struct Candidate {
        /// Where and when: alarms of the same group share a budget.
        var county: Int
        var month: Int
        var persons: Double
        /// How likely it is that something happened.
        var probability: Double
        /// Decides among equals, so that the order of the rows does not matter.
        var id: Int64

        var expected: Double { persons * probability }
    }

    /// How a candidate stands among those of its region and month.
    struct Standing: Equatable {
        /// 1 for the first.
        var rank: Int
        /// How many there are.
        var ranked: Int
        /// Persons times probability.
        var expected: Double
        var isOver: Bool
    }

    /// Ranks every candidate, in the order given.
    /// - Parameter budget: how many may stand at a place in a month; 0 for all.
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

    private static func precedes(_ left: Candidate, _ right: Candidate) -> Bool {
        if left.expected != right.expected { return left.expected > right.expected }
        if left.persons != right.persons { return left.persons > right.persons }
        return left.id < right.id
    }
}

extension Ladder.Verdict {
    /// The same, raising no more than the ladder's lowest tier. What it holds stays: an alarm that
    /// was told at a higher tier is not taken back because others came after it.
    func overBudget(_ ladder: Ladder) -> Ladder.Verdict {
        var capped = capped(ladder)
        capped.holds = holds
        return capped
    }
}
