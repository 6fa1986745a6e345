/// Values of successive months in a short notation, as in the tests of other alerting programs.
///
/// | written | months |
/// | --- | --- |
/// | `400` | 400 |
/// | `400x3` | 400 400 400 |
/// | `100-2x5` | 100 98 96 94 92 90: the start, then five steps |
/// | `100+2x5` | 100 102 104 106 108 110 |
/// | `_`, `_x2` | nothing reported, for one month or two |
/// | `normalx2 closed` | words, for fields that hold words |
package enum SeriesNotation {
    /// Maximum number of months in one series.
    package static let monthsMax = 240

    /// The value of one month.
    package enum Value: Hashable, Sendable {
        /// No report.
        case missing
        /// A number as written.
        case number(Double)
        /// A word, such as the state of an enterprise.
        case word(String)
    }

    /// The reason why a text is not a series.
    package struct Mistake: Error, Hashable, Sendable {
        /// The text that was found and the text that was expected.
        package var message: String
        /// A correct text.
        package var hint: String
    }

    /// The values of a text.
    /// - Throws: `Mistake` with the part that is wrong.
    package static func values(_ text: String) throws(Mistake) -> [Value] {
        var values: [Value] = []
        for part in text.split(whereSeparator: \.isWhitespace) {
            values += try expanded(String(part))
            guard values.count <= monthsMax else {
                throw Mistake(
                    message: "the series has more than \(monthsMax) months",
                    hint: "look at the number after the last x")
            }
        }
        return values
    }

    private static func expanded(_ part: String) throws(Mistake) -> [Value] {
        let (body, times) = try repeated(part)
        if body == "_" { return Array(repeating: .missing, count: times ?? 1) }
        if let number = number(body) {
            return Array(repeating: .number(number), count: times ?? 1)
        }
        if let (start, step) = steps(body) {
            guard let times else {
                throw Mistake(
                    message: "'\(part)' does not say how many steps follow",
                    hint: "write \(part)x5 for five of them")
            }
            return (0...times).map { .number(start + Double($0) * step) }
        }
        guard body.allSatisfy({ $0.isASCII && ($0.isLetter || $0 == "_") }) else {
            throw Mistake(
                message: "'\(part)' is no value of a series",
                hint: "write a number, 400x3, 100-2x5, or _ for a month without a report")
        }
        return Array(repeating: .word(body), count: times ?? 1)
    }

    /// Splits a part at its last `x` into a value and a number of repetitions.
    private static func repeated(_ part: String) throws(Mistake) -> (String, Int?) {
        guard let cross = part.lastIndex(of: "x"), cross != part.startIndex else {
            return (part, nil)
        }
        let digits = part[part.index(after: cross)...]
        guard !digits.isEmpty, digits.allSatisfy({ $0.isASCII && $0.isNumber }) else {
            return (part, nil)
        }
        guard let times = Int(digits), (1...monthsMax).contains(times) else {
            throw Mistake(
                message: "'\(part)' repeats \(digits) times",
                hint: "write a number from 1 to \(monthsMax) after the x")
        }
        return (String(part[..<cross]), times)
    }

    /// Splits `100-2` into a start and a step; nil when the text has no step. A sign at the
    /// beginning belongs to the start.
    private static func steps(_ body: String) -> (start: Double, step: Double)? {
        guard let sign = body.dropFirst().firstIndex(where: { $0 == "+" || $0 == "-" }),
            let start = number(String(body[..<sign])), let step = number(String(body[sign...]))
        else { return nil }
        return (start, step)
    }

    private static func number(_ text: String) -> Double? {
        let digits = text.drop { $0 == "-" || $0 == "+" }
        guard digits.count >= text.count - 1, let first = digits.first,
            first.isASCII, first.isNumber,
            digits.allSatisfy({ $0.isASCII && ($0.isNumber || $0 == ".") })
        else { return nil }
        return Double(text)
    }
}
