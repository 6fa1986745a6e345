import Labor

/// For rules that look at all enterprises whatever the scope, because what they say of one depends
/// on the reports of others.
extension EvaluationContext {
    /// The row of a watched enterprise, in scope or not.
    func anyRow(of key: EpisodeKey) -> Int? {
        guard key.subjectType == .enterprise else { return nil }
        return Int64(key.subjectID).flatMap(facts.panel.row)
    }

    /// Calls the body for every enterprise of the panel, by rising row.
    func forEveryRow(_ body: (Int) -> Void) {
        for row in facts.panel.enterprises.indices { body(row) }
    }

    /// The status of a watched group that a month is clear for: it was there when an earlier month,
    /// judged anew by what is known now, still shows it. The newest such month is told.
    func status(clearIn month: Int, shows: (Int) -> Bool) -> SubjectStatus {
        let through = facts.panel.period(month)
        for earlier in stride(
            from: month - 1, through: max(1, month - EvaluationContext.lookBack), by: -1)
        where shows(earlier) {
            return .passed(in: facts.panel.period(earlier), through: through)
        }
        return .clear(through: through)
    }

    /// So many months before a clear one are judged anew. An episode whose county was silent for
    /// longer is no news, whether its figures stand or not.
    private static let lookBack = 6
}
