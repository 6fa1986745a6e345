/// A map from an enterprise's id to its row in a panel.
///
/// Most bureaus number their enterprises densely. Then an array indexed by the id is used. When the
/// ids are sparse, a dictionary is used.
struct RowIndex: Sendable {
    /// The array may have this many elements per enterprise (plus 1,024); beyond that a dictionary
    /// is used.
    private static let spread = 4

    private var lowest: Int64 = 0
    private var direct: [Int32] = []
    private var sparse: [Int64: Int32] = [:]
    /// The number of different ids.
    let count: Int

    init(_ ids: [Int64]) {
        let low = ids.min() ?? 0
        let (width, isHuge) = (ids.max() ?? 0).subtractingReportingOverflow(low)
        if !isHuge, width < Int64(ids.count) * Int64(RowIndex.spread) + 1_024 {
            lowest = low
            direct = [Int32](repeating: -1, count: Int(width) + 1)
            var different = 0
            for (row, id) in ids.enumerated() {
                let at = Int(id - low)
                if direct[at] < 0 { different += 1 }
                direct[at] = Int32(row)
            }
            count = different
        } else {
            sparse.reserveCapacity(ids.count)
            for (row, id) in ids.enumerated() { sparse[id] = Int32(row) }
            count = sparse.count
        }
    }

    /// The row of an id; nil when the id is unknown.
    subscript(id: Int64) -> Int? {
        guard !direct.isEmpty else { return sparse[id].map(Int.init) }
        let (at, overflows) = id.subtractingReportingOverflow(lowest)
        guard !overflows, at >= 0, at < Int64(direct.count) else { return nil }
        let row = direct[Int(at)]
        return row < 0 ? nil : Int(row)
    }
}
