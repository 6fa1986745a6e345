/// A reporting month.
package struct Period: Hashable, Comparable, Sendable, Codable, CustomStringConvertible {
    /// Months since year 0: `year * 12 + month - 1`. The difference of two indices is in months.
    package var index: Int32

    /// A period from its month index.
    package init(index: Int32) {
        self.index = index
    }

    /// A period from year and month (1–12); another month fails a precondition.
    package init(year: Int, month: Int) {
        precondition((1...12).contains(month), "a month is 1 to 12")
        index = Int32(year * 12 + month - 1)
    }

    /// Reads `YYYY-MM` or `YYYY-MM-01`; nil for any other text.
    package init?(_ text: String) {
        let bytes = Array(text.utf8)
        guard bytes.count == 7 || (bytes.count == 10 && text.hasSuffix("-01")),
            bytes[4] == UInt8(ascii: "-"), let year = number(bytes, 0, 4),
            let month = number(bytes, 5, 2), (1...12).contains(month)
        else { return nil }
        self.init(year: Int(year), month: Int(month))
    }

    /// Reads a JSON string `YYYY-MM` or `YYYY-MM-01`; any other text is a decoding error.
    package init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        let text = try container.decode(String.self)
        guard let period = Period(text) else {
            throw DecodingError.dataCorruptedError(
                in: container, debugDescription: "'\(text)' is not a period: write YYYY-MM")
        }
        self = period
    }

    /// Writes a JSON string `YYYY-MM`.
    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(description)
    }

    /// The calendar year.
    package var year: Int { Int(floorDivide(Int64(index), 12).quotient) }

    /// The month of the year, 1 to 12.
    package var month: Int { Int(floorDivide(Int64(index), 12).remainder) + 1 }

    /// The first day of the month.
    package var firstDay: Day { Day(unchecked: year, month, 1) }

    /// The last day of the month.
    package var lastDay: Day { adding(1).firstDay.adding(days: -1) }

    /// The period that is `months` months later; a negative number gives an earlier period.
    package func adding(_ months: Int) -> Period {
        Period(index: Int32(clamping: Int(index) + months))
    }

    /// The number of months from another period to this one.
    package func months(since earlier: Period) -> Int {
        Int(index) - Int(earlier.index)
    }

    /// Whether the left period is before the right one.
    package static func < (left: Period, right: Period) -> Bool {
        left.index < right.index
    }

    /// `YYYY-MM`.
    package var description: String {
        String(firstDay.description.dropLast(3))
    }
}
