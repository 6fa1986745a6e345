/// Deliveries in one line of the log.
package enum DeliveryWords {
    /// Numbers that are named; a digest has hundreds.
    private static let namedMax = 8

    /// Their numbers, of many the first few and how many more.
    package static func text(_ numbers: [Int64]) -> String {
        let named = numbers.prefix(namedMax).map { String($0) }.joined(separator: ",")
        let rest = numbers.count - namedMax
        return rest > 0 ? "\(named) and \(rest) more" : named
    }
}
