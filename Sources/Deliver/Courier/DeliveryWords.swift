/// The text form of deliveries in one log line.
package enum DeliveryWords {
    /// The maximum number of delivery IDs that are listed; a digest may have hundreds.
    private static let namedMax = 8

    /// The delivery IDs, separated by commas; beyond `namedMax` only the number of further ones.
    package static func text(_ numbers: [Int64]) -> String {
        let named = numbers.prefix(namedMax).map { String($0) }.joined(separator: ",")
        let rest = numbers.count - namedMax
        return rest > 0 ? "\(named) and \(rest) more" : named
    }
}
