import Labor

/// Limits the tier of a statistical finding about a group that rests on little data. Declared losses
/// and statutory clusters are not limited.
enum MassCaution {
    /// The number of enterprises with leavers below which a group is no mass event yet: the number
    /// that `losing_enterprises_min` of the catalogue requires.
    static let enterprises = 3
    /// The number of earlier years below which the estimate of the season is uncertain (36 months).
    static let years = 3
    /// The name of the mark for a finding with a short history; its value is `low`.
    static let mark = "confidence"

    /// The limited verdict.
    /// - Parameters:
    ///   - losing: the number of enterprises with leavers.
    ///   - years: the number of earlier years known.
    ///   - wasSeen: whether the month before shows the event as well, so that it is confirmed.
    static func limit(
        _ verdict: Ladder.Verdict, _ ladder: Ladder, losing: Int, years: Int, wasSeen: () -> Bool
    ) -> Ladder.Verdict {
        if losing < enterprises, !wasSeen() { return verdict.capped(ladder) }
        guard years < Self.years else { return verdict }
        var yellow = verdict
        yellow.raises = verdict.raises.map { min($0, .yellow) }
        yellow.holds = verdict.holds.map { min($0, .yellow) }
        return verdict.limited(to: yellow, ladder)
    }
}
