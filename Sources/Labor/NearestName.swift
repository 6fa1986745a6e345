/// Hints for unknown names.
package enum NearestName {
    /// "did you mean …?" when a known name is similar, otherwise a list of the known names.
    /// - Parameter none: the hint when there is no known name.
    package static func hint(
        _ wrong: String, among names: [String], none: String = "leave it out"
    ) -> String {
        if let near = near(wrong, among: names) { return "did you mean '\(near)'?" }
        guard !names.isEmpty else { return none }
        return "known are: " + names.sorted().joined(separator: ", ")
    }

    /// The known name with the smallest edit distance; nil when that distance is large for the
    /// length of the name.
    package static func near(_ wrong: String, among names: [String]) -> String? {
        let wanted = Array(wrong.lowercased())
        let scored = names.map { (distance($0.lowercased(), wanted), $0) }
        guard let best = scored.min(by: <) else { return nil }
        return best.0 <= Swift.max(2, wanted.count / 3) && best.0 < wanted.count ? best.1 : nil
    }

    /// The edit distance: the number of insertions, deletions and replacements.
    static func distance(_ left: String, _ right: [Character]) -> Int {
        var row = Array(0...right.count)
        for (index, letter) in left.enumerated() {
            var diagonal = row[0]
            row[0] = index + 1
            for column in right.indices {
                let replaced = diagonal + (letter == right[column] ? 0 : 1)
                diagonal = row[column + 1]
                row[column + 1] = Swift.min(replaced, row[column] + 1, diagonal + 1)
            }
        }
        return row[right.count]
    }
}
