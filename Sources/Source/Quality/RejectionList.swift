package import Labor

/// Rejections as they gather: all are counted, and so many of each reason are listed.
package struct RejectionList: Sendable, Hashable {
    /// How many of one table and reason are listed for the store; a table gone bad must not fill it.
    package static let listedMax = 1_000

    /// How many of one table and reason this list takes.
    private let listedMax: Int

    /// What is listed.
    package private(set) var listed: [Rejection] = []
    /// How many there were, by `table reason`.
    package private(set) var counts: [String: Int] = [:]

    /// An empty list.
    package init(listedMax: Int = RejectionList.listedMax) {
        self.listedMax = listedMax
    }

    /// How many there were of each table and reason, by rising name.
    package var totals: [RejectionTotal] {
        counts.sorted { $0.key < $1.key }.compactMap { key, count in
            let words = key.split(separator: " ", maxSplits: 1).map(String.init)
            guard words.count == 2 else { return nil }
            return RejectionTotal(table: words[0], reason: words[1], count: count)
        }
    }

    /// How many there were in all.
    package var count: Int { counts.values.reduce(0, +) }

    /// Adds one.
    package mutating func add(_ rejection: Rejection) {
        let key = RejectionList.key(rejection)
        let count = counts[key, default: 0] + 1
        counts[key] = count
        if count <= listedMax { listed.append(rejection) }
    }

    /// Adds several.
    package mutating func add(_ rejections: some Sequence<Rejection>) {
        for rejection in rejections { add(rejection) }
    }

    /// Adds another list: what it counted without listing is counted here too.
    package mutating func add(_ other: RejectionList) {
        add(other.listed)
        var unlisted = other.counts
        for rejection in other.listed { unlisted[RejectionList.key(rejection), default: 0] -= 1 }
        for (key, count) in unlisted where count > 0 { counts[key, default: 0] += count }
    }

    /// Takes out what is listed of the reports of some enterprises, before they are looked at anew.
    package mutating func forgetReports(of enterprises: Set<Int64>) {
        forget { rejection in
            rejection.table == "labor.report"
                && rejection.enterpriseID.map(enterprises.contains) ?? false
        }
    }

    /// Takes out what is listed of some tables, before they are read anew.
    package mutating func forget(tables: Set<String>) {
        forget { tables.contains($0.table) }
    }

    /// What was counted without being listed stays counted: nobody can tell whose it was. Then the
    /// count is too high rather than too low until the next full read.
    private mutating func forget(_ isForgotten: (Rejection) -> Bool) {
        let before = listed
        listed = []
        for rejection in before {
            guard isForgotten(rejection) else {
                listed.append(rejection)
                continue
            }
            let key = RejectionList.key(rejection)
            let count = counts[key, default: 0] - 1
            counts[key] = count > 0 ? count : nil
        }
    }

    private static func key(_ rejection: Rejection) -> String {
        "\(rejection.table) \(rejection.reason)"
    }
}
