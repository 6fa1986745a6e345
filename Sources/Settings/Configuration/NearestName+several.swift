extension NearestName {
    /// "did you mean … or …?" with the known names that come nearest, and where none does the known
    /// ones when they are few.
    ///
    /// A name that contains what was typed, or is contained in it, counts as near: people leave out
    /// 市, 区 and 县.
    /// - Parameters:
    ///   - most: so many names at most.
    ///   - otherwise: what to do where no name is near and the known ones are too many to list.
    package static func hint(
        _ wrong: String, among names: some Collection<String>, most: Int = 3, otherwise: String
    ) -> String {
        let found = nearest(wrong, among: names, most: most)
        if let last = found.last {
            let first = found.dropLast().map { "'\($0)'" }.joined(separator: ", ")
            return "did you mean \(first.isEmpty ? "" : first + " or ")'\(last)'?"
        }
        guard names.count <= listMax, !names.isEmpty else { return otherwise }
        return "known are: " + names.sorted().joined(separator: ", ")
    }

    /// The known names that come nearest, the nearest first.
    static func nearest(
        _ wrong: String, among names: some Collection<String>, most: Int
    ) -> [String] {
        let wanted = wrong.lowercased()
        guard !wanted.isEmpty else { return [] }
        var scored: [(distance: Int, name: String)] = []
        for name in Set(names) where !name.isEmpty {
            let known = name.lowercased()
            if known.contains(wanted) || wanted.contains(known) {
                scored.append((0, name))
            } else {
                let edits = distance(known, Array(wanted))
                if edits <= max(1, wanted.count / 3) { scored.append((edits, name)) }
            }
        }
        return scored.sorted { $0 < $1 }.prefix(most).map(\.name)
    }

    /// So many known names are listed where none is near.
    private static let listMax = 40
}
