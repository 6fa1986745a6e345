import Labor

/// For rules that look at all enterprises whatever the scope, because what they say of one depends
/// on the reports of others.
extension Scan {
    /// The row of a watched enterprise, in scope or not.
    func anyRow(of key: EpisodeKey) -> Int? {
        guard key.subjectType == .enterprise else { return nil }
        return Int64(key.subjectID).flatMap(facts.panel.row)
    }

    /// Calls the body for every enterprise of the panel, by rising row.
    func forEveryRow(_ body: (Int) -> Void) {
        for row in facts.panel.enterprises.indices { body(row) }
    }
}
