/// A unified social credit code (统一社会信用代码), GB 32100-2015: 17 characters and a check character.
///
/// Some codes that were really issued fail the check. A `Flaw` therefore only marks the data; it is
/// never a reason to reject an enterprise. Digits 3–8 name the region of first registration and are
/// not used as the monitored region.
package struct CreditCode: Hashable, Sendable, CustomStringConvertible {
    /// What is wrong with a code.
    package enum Flaw: String, Hashable, Sendable {
        /// The code does not have 18 characters.
        case length
        /// A character is outside the standard's 31 (I, O, S, V and Z are not used).
        case alphabet
        /// The 18th character is not the GB 32100 check character of the first 17.
        case check
        /// The 17th character is not the GB 11714 check character of the organisation code in
        /// characters 9–16.
        case organisationCheck = "organisation_check"
    }

    /// The code in upper case, without white space.
    package let text: String

    /// A code from text as reported. White space and control characters are removed, letters become
    /// upper case.
    package init(_ text: String) {
        let kept = text.utf8.filter { $0 > 0x20 }
        self.text = String(decoding: kept, as: UTF8.self).uppercased()
    }

    /// The first flaw found, in the order of the cases of `Flaw`; nil when the code is valid.
    package var flaw: Flaw? {
        let characters = Array(text.utf8)
        guard characters.count == 18 else { return .length }
        var values: [Int] = []
        for character in characters {
            guard let value = CreditCode.value(character) else { return .alphabet }
            values.append(value)
        }
        guard CreditCode.check(values.prefix(17)) == values[17] else { return .check }
        guard CreditCode.organisationCheck(characters[8..<16]) == characters[16] else {
            return .organisationCheck
        }
        return nil
    }

    /// The code itself.
    package var description: String { text }

    /// The GB 32100 check value, 0 to 30. The weights are 3^(i−1) mod 31. A remainder of 0 gives 31
    /// − 0 = 31, which must wrap to 0.
    private static func check(_ values: ArraySlice<Int>) -> Int {
        var weight = 1
        var sum = 0
        for value in values {
            sum += value * weight
            weight = weight * 3 % 31
        }
        return (31 - sum % 31) % 31
    }

    /// The GB 11714 check character: weights 3, 7, 9, 10, 5, 8, 4, 2, modulo 11; the value 10 is
    /// written X and 11 is written 0. Letters count from A = 10 without gaps, unlike in GB 32100.
    private static func organisationCheck(_ characters: ArraySlice<UInt8>) -> UInt8 {
        let weights = [3, 7, 9, 10, 5, 8, 4, 2]
        var sum = 0
        for (weight, character) in zip(weights, characters) {
            let digit = character <= UInt8(ascii: "9")
            let value = digit ? character - UInt8(ascii: "0") : character - UInt8(ascii: "A") + 10
            sum += weight * Int(value)
        }
        switch 11 - sum % 11 {
        case 10: return UInt8(ascii: "X")
        case 11: return UInt8(ascii: "0")
        case let check: return UInt8(ascii: "0") + UInt8(check)
        }
    }

    private static let alphabet = Array("0123456789ABCDEFGHJKLMNPQRTUWXY".utf8)

    private static func value(_ character: UInt8) -> Int? {
        alphabet.firstIndex(of: character)
    }
}
