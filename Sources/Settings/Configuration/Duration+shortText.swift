extension Duration {
    /// Reads `60s`, `5m`, `2h` or `7d`; nil for any other text and for more than 100 years.
    package init?(shortText text: String) {
        guard let unit = text.last, let count = Int(text.dropLast()), text.first != "+",
            (0...36_525 * 86_400).contains(count)
        else { return nil }
        switch unit {
        case "s": self = .seconds(count)
        case "m": self = .seconds(count * 60)
        case "h": self = .seconds(count * 3_600)
        case "d": self = .seconds(count * 86_400)
        default: return nil
        }
    }

    /// The text form with the largest unit that leaves no remainder: `7d`, `2h`, `5m` or `61s`.
    package var shortText: String {
        let seconds = components.seconds
        if seconds == 0 { return "0s" }
        // In a list of hours, 24h is easier to read than 1d, so days are used from two days on.
        if seconds % 86_400 == 0, seconds > 86_400 { return "\(seconds / 86_400)d" }
        if seconds % 3_600 == 0 { return "\(seconds / 3_600)h" }
        if seconds % 60 == 0, seconds > 60 { return "\(seconds / 60)m" }
        return "\(seconds)s"
    }

    /// `7天`, `2小时`, `5分钟` or `61秒`: the same for a Chinese sentence.
    package var words: String {
        let text = shortText
        let units: [Character: String] = ["s": "秒", "m": "分钟", "h": "小时", "d": "天"]
        return text.last.flatMap { units[$0] }.map { text.dropLast() + $0 } ?? text
    }
}
