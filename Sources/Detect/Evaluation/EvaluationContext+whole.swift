import Labor

/// For rules that evaluate all enterprises independent of the scope, because a finding about one
/// enterprise depends on the reports of others.
extension EvaluationContext {
    /// The row of a watched enterprise, in scope or not; nil when it is not in the panel.
    func anyRow(of key: EpisodeKey) -> Int? {
        guard key.subjectType == .enterprise else { return nil }
        return Int64(key.subjectID).flatMap(facts.panel.row)
    }

    /// Calls the body for every enterprise of the panel, in rising order of rows.
    func forEveryRow(_ body: (Int) -> Void) {
        for row in facts.panel.enterprises.indices { body(row) }
    }

    /// The status of a watched group that is clear in a month. It is `passed` if an earlier month,
    /// re-evaluated with the facts known now, still shows the event; then the newest such month
    /// counts. Otherwise it is `clear`.
    /// - Parameters:
    ///   - month: the clear month, as an index of the panel.
    ///   - shows: whether a month shows the event.
    func status(clearIn month: Int, shows: (Int) -> Bool) -> SubjectStatus {
        let through = facts.panel.period(month)
        for earlier in stride(
            from: month - 1, through: max(1, month - EvaluationContext.lookBack), by: -1)
        where shows(earlier) {
            return .passed(in: facts.panel.period(earlier), through: through)
        }
        return .clear(through: through)
    }

    /// The number of months before the clear month that are re-evaluated. Older months are not
    /// re-evaluated, because an event that long ago is no longer news.
    private static let lookBack = 6
}
