package import Labor

/// A list of rejections. All are counted, but only a limited number of each table and reason is
/// listed.
package struct RejectionList: Sendable, Hashable {
    /// The default maximum number of listed rejections of one table and reason. It keeps a
    /// completely wrong table from filling the store.
    package static let listedMax = 1_000

    /// The maximum number of listed rejections of one table and reason in this list.
    private let listedMax: Int

    /// The listed rejections.
    package private(set) var listed: [Rejection] = []
    /// The number of all rejections, by `table reason`.
    package private(set) var counts: [String: Int] = [:]

    /// An empty list.
    package init(listedMax: Int = RejectionList.listedMax) {
        self.listedMax = listedMax
    }

    /// The number of rejections of each table and reason, in rising order of names.
    package var totals: [RejectionTotal] {
        counts.sorted { $0.key < $1.key }.compactMap { key, count in
            let words = key.split(separator: " ", maxSplits: 1).map(String.init)
            guard words.count == 2 else { return nil }
            return RejectionTotal(table: words[0], reason: words[1], count: count)
        }
    }

    /// The number of all rejections.
    package var count: Int { counts.values.reduce(0, +) }

    /// Adds one rejection.
    package mutating func add(_ rejection: Rejection) {
        let key = RejectionList.key(rejection)
        let count = counts[key, default: 0] + 1
        counts[key] = count
        if count <= listedMax { listed.append(rejection) }
    }

    /// Adds several rejections.
    package mutating func add(_ rejections: some Sequence<Rejection>) {
        for rejection in rejections { add(rejection) }
    }

    /// Adds another list, including its counts of unlisted rejections.
    package mutating func add(_ other: RejectionList) {
        add(other.listed)
        var unlisted = other.counts
        for rejection in other.listed { unlisted[RejectionList.key(rejection), default: 0] -= 1 }
        for (key, count) in unlisted where count > 0 { counts[key, default: 0] += count }
    }

    /// Removes the listed rejections of some enterprises' reports, before these reports are read
    /// again.
    package mutating func forgetReports(of enterprises: Set<Int64>) {
        forget { rejection in
            rejection.table == "labor.report"
                && rejection.enterpriseID.map(enterprises.contains) ?? false
        }
    }

    /// Removes the listed rejections of some tables, before these tables are read again.
    package mutating func forget(tables: Set<String>) {
        forget { tables.contains($0.table) }
    }

    /// Removes listed rejections. The unlisted ones stay counted, because their rows are unknown.
    /// Until the next full read the count may therefore be too high, but never too low.
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
