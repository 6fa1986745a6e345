extension Duration {
    /// Reads `60s`, `5m`, `2h` or `7d`; nil for anything else, and for more than a century.
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

    /// `7d`, `2h`, `5m` or `61s`: the largest unit that leaves no rest.
    package var shortText: String {
        let seconds = components.seconds
        if seconds == 0 { return "0s" }
        // Twenty-four hours read better than one day in a list of hours, hence days from two on.
        if seconds % 86_400 == 0, seconds > 86_400 { return "\(seconds / 86_400)d" }
        if seconds % 3_600 == 0 { return "\(seconds / 3_600)h" }
        if seconds % 60 == 0, seconds > 60 { return "\(seconds / 60)m" }
        return "\(seconds)s"
    }
}
