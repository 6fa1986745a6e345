/// Amounts of money. The program calculates in whole fen; a yuan has 100 fen.
package enum Money {
    /// An amount in yuan with two decimals, `-12.30` for -1230 fen; exact.
    package static func yuanText(fen: Int64) -> String {
        let (yuan, rest) = fen.magnitude.quotientAndRemainder(dividingBy: 100)
        return "\(fen < 0 ? "-" : "")\(yuan).\(rest < 10 ? "0" : "")\(rest)"
    }

    /// An amount in yuan as a JSON number; exact up to 2^53 fen (90 trillion yuan).
    package static func yuanValue(fen: Int64) -> JSONValue { .double(Double(fen) / 100) }
}
