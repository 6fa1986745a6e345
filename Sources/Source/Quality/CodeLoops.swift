import Labor

/// Finds loops of codes: a code that is its own ancestor.
///
/// The region and industry trees cut a loop at its smallest code, so that every walk ends. This
/// search reports the loops.
enum CodeLoops {
    /// All loops. Each one starts with its smallest code and follows the parents.
    static func find(_ parents: [String: String]) -> [[String]] {
        var loops: [[String]] = []
        var settled: Set<String> = []
        for code in parents.keys.sorted() {
            var walk: [String] = []
            var places: [String: Int] = [:]
            var next: String? = code
            // Each step settles one code, so all walks together take linear time.
            while let current = next, !settled.contains(current), places[current] == nil {
                places[current] = walk.count
                walk.append(current)
                next = parents[current]
            }
            if let next, let start = places[next] {
                let loop = Array(walk[start...])
                let smallest = loop.indices.min { loop[$0] < loop[$1] } ?? 0
                loops.append(Array(loop[smallest...] + loop[..<smallest]))
            }
            settled.formUnion(walk)
        }
        return loops
    }

    /// One rejection for each loop of a table.
    static func rejections(_ table: SourceTable, _ parents: [String: String]) -> [Rejection] {
        find(parents).map { loop in
            let first = loop.first ?? ""
            let path = (loop.prefix(listedMax) + [loop.count > listedMax ? "…" : first])
                .joined(separator: " → ")
            return Rejection(
                table: table.standardRelation, row: "code=\(first)", field: "parent_code",
                value: parents[first] ?? "", reason: "loop",
                expected: "a code that does not itself lie below \(first)",
                hint: "\(path) is a loop; \(first) counts as outermost until it is corrected")
        }
    }

    /// The maximum number of codes that a hint names.
    private static let listedMax = 6
}
