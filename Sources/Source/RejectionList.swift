package import Labor

/// Rejections as they gather: all are counted, and so many of each reason are listed.
package struct RejectionList: Sendable, Hashable {
    /// How many of one table and reason are listed; a table gone bad must not fill the store.
    package static let listedMax = 1_000

    /// What is listed.
    package private(set) var listed: [Rejection] = []
    /// How many there were, by `table reason`.
    package private(set) var counts: [String: Int] = [:]

    /// An empty list.
    package init() {}

    /// How many there were in all.
    package var count: Int { counts.values.reduce(0, +) }

    /// Adds one.
    package mutating func add(_ rejection: Rejection) {
        let key = "\(rejection.table) \(rejection.reason)"
        let count = counts[key, default: 0] + 1
        counts[key] = count
        if count <= RejectionList.listedMax { listed.append(rejection) }
    }

    /// Adds several.
    package mutating func add(_ rejections: some Sequence<Rejection>) {
        for rejection in rejections { add(rejection) }
    }

    /// Takes out what is listed of the reports of some enterprises, before they are looked at anew.
    package mutating func forgetReports(of enterprises: Set<Int64>) {
        let before = listed
        listed = []
        counts = [:]
        add(
            before.filter { rejection in
                rejection.table != "labor.report"
                    || !(rejection.enterpriseID.map(enterprises.contains) ?? false)
            })
    }
}
