extension NearestName {
    /// "did you mean … or …?" with the nearest known names. If no name is near, the hint lists the
    /// known names, provided that they are few.
    ///
    /// A name is also near when it contains the wrong one or is contained in it, because people
    /// leave out 市, 区 and 县.
    /// - Parameters:
    ///   - most: the maximum number of names.
    ///   - otherwise: the hint when no name is near and the known names are too many to list.
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

    /// The maximum number of known names that are listed when no known name is similar.
    private static let listMax = 40
}
