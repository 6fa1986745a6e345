package import Labor

/// Formats numbers, money, months and moments in the style of one language.
package struct Figures: Sendable {
    let language: Language
    let units: [String: String]

    /// A formatter for one language.
    /// - Parameter units: unit names that replace the defaults: `amount` for yuan and
    ///   `amount_ten_thousand` for ten thousand yuan.
    package init(language: Language, units: [String: String] = [:]) {
        self.language = language
        self.units = units
    }

    /// A count without decimals: `1,234` in English, `1234` in Chinese.
    package func count(_ value: Int) -> String {
        number(Double(value), places: 0)
    }

    /// A share (0 to 1) as a percentage with one decimal: `12.3 %` in English, `12.3%` in Chinese;
    /// nil when the share is not finite.
    package func percent(_ share: Double) -> String? {
        decimal(share * 100, places: 1).map { language == .english ? "\($0) %" : "\($0)%" }
    }

    /// An amount in fen as yuan with its unit, with at most two decimals. Chinese texts use 万元 from
    /// 10,000 yuan on. Nil when the amount is not finite.
    package func money(fen: Double) -> String? {
        let yuan = fen / 100
        if language == .chinese, yuan.magnitude >= 10_000 {
            let unit = units["amount_ten_thousand"] ?? "万元"
            return decimal(yuan / 10_000, places: 2).map { trimmed($0) + unit }
        }
        let unit = units["amount"] ?? (language == .english ? "yuan" : "元")
        return decimal(yuan, places: 2).map {
            trimmed($0) + (language == .english ? " " : "") + unit
        }
    }

    /// A number without a unit, with at most two decimals; nil when it is not finite.
    func number(_ value: Double) -> String? {
        decimal(value, places: 2).map(trimmed)
    }

    /// A named number of the evidence, formatted by the unit that its name implies: `share` and
    /// `…_share` are fractions of one, `amount` and `…_amount` are fen, `…_yuan` is yuan, all
    /// others have no unit. Nil when the number is not finite.
    func named(_ name: String, _ value: Double) -> String? {
        if name == "share" || name.hasSuffix("_share") { return percent(value) }
        if name == "amount" || name.hasSuffix("_amount") { return money(fen: value) }
        if name.hasSuffix("_yuan") { return money(fen: value * 100) }
        return number(value)
    }

    /// A month: `2026年10月` or `October 2026`.
    package func month(_ period: Period) -> String {
        language == .english
            ? "\(Figures.months[period.month - 1]) \(period.year)"
            : "\(period.year)年\(period.month)月"
    }

    /// An RFC 3339 timestamp to the minute, in the offset of the text: `2026年10月5日 09:30` or `5
    /// October 2026, 09:30`; nil when the text is not a timestamp.
    func moment(rfc3339 text: String) -> String? {
        guard Instant(rfc3339: text) != nil, let day = Day(String(text.prefix(10))) else {
            return nil
        }
        let time = text.dropFirst(11).prefix(5)
        let date = day.civil
        return language == .english
            ? "\(date.day) \(Figures.months[date.month - 1]) \(date.year), \(time)"
            : "\(date.year)年\(date.month)月\(date.day)日 \(time)"
    }

    /// Joins words to a list: `a, b and c` in English and `甲、乙、丙` in Chinese.
    func list(_ words: [String]) -> String {
        guard language == .english, words.count > 1, let last = words.last else {
            return words.joined(separator: "、")
        }
        return words.dropLast().joined(separator: ", ") + " and " + last
    }

    private static let months = [
        "January", "February", "March", "April", "May", "June", "July", "August", "September",
        "October", "November", "December",
    ]

    private func number(_ value: Double, places: Int) -> String {
        decimal(value, places: places) ?? "\(value)"
    }

    /// The number with a fixed count of decimals (0, 1 or 2); nil when it is not finite.
    private func decimal(_ value: Double, places: Int) -> String? {
        guard value.isFinite else { return nil }
        let unit = places == 0 ? 1.0 : places == 1 ? 10.0 : 100.0
        let scaled = (value * unit).rounded()
        guard scaled.magnitude < 9e15 else { return "\(value)" }
        let (whole, part) = Int64(scaled.magnitude).quotientAndRemainder(dividingBy: Int64(unit))
        var text = scaled < 0 ? "-" : ""
        text += grouped(String(whole))
        if places > 0 { text += "." + String(part + Int64(unit)).dropFirst() }
        return text
    }

    private func grouped(_ digits: String) -> String {
        guard language == .english, digits.utf8.count > 3 else { return digits }
        var text = ""
        for (index, digit) in digits.enumerated() {
            if index > 0, (digits.utf8.count - index) % 3 == 0 { text += "," }
            text.append(digit)
        }
        return text
    }

    private func trimmed(_ text: String) -> String {
        guard text.contains(".") else { return text }
        var kept = text[...]
        while kept.hasSuffix("0") { kept = kept.dropLast() }
        return String(kept.hasSuffix(".") ? kept.dropLast() : kept)
    }
}
