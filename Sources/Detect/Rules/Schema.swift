import Labor

/// What a detector lets a rule say: its parameters, its limits, and their ranges.
struct Schema: Sendable {
    /// What a parameter holds.
    enum Shape: Sendable {
        case number(ClosedRange<Double>)
        case whole(ClosedRange<Double>)
        case flag
        case text
        /// One of the texts listed.
        case choice([String])
        case texts
        /// A table of numbers; the names are free unless some are listed.
        case table(ClosedRange<Double>, names: [String])
        /// A table of texts, each one of those listed.
        case textTable(names: [String], values: [String])
        /// A table of days, YYYY-MM-DD; the names are free.
        case dates
        /// A table of spans of months, each `WORD YYYY-MM..YYYY-MM`; the names are free.
        case causes
    }

    struct Parameter: Sendable {
        var name: String
        var shape: Shape
        /// Nil makes the parameter required.
        var fallback: ParameterValue?
        /// Whether a region may have a value of its own. What peers, sums or lists of tests are made
        /// with crosses regions: an override would change nothing, or another region's findings.
        var isRegional = true

        init(_ name: String, _ shape: Shape, _ fallback: ParameterValue? = nil) {
            self.name = name
            self.shape = shape
            self.fallback = fallback
        }
    }

    /// The same parameters with one value for the whole jurisdiction.
    static func everywhere(_ parameters: [Parameter]) -> [Parameter] {
        parameters.map {
            var parameter = $0
            parameter.isRegional = false
            return parameter
        }
    }

    /// What a limit does.
    enum Role: Sendable {
        /// The measure is compared with it: it rises with the tier and has a clear limit below.
        case threshold
        /// It only restricts the tier: no clear limit, no order among the tiers.
        case restriction
    }

    struct Limit: Sendable {
        var name: String
        var range: ClosedRange<Double>
        var whole: Bool
        var role: Role

        init(
            _ name: String, _ range: ClosedRange<Double>, whole: Bool = false,
            role: Role = .threshold
        ) {
            self.name = name
            self.range = range
            self.whole = whole
            self.role = role
        }
    }

    var detector: String
    var kinds: [AlertKind]
    var parameters: [Parameter]
    var limits: [Limit]
    /// A clear limit that is not given is the limit times this.
    var clearFactor: Double
    /// The parameter (texts) that lists further limit names, for detectors over free codes.
    var limitsListedIn: String?
    /// The parameter (texts) that lists limits whose measure is bad when it is low.
    var fallingListedIn: String?
    /// The highest tier that a rule may have: what the measure can bear.
    var highest: Tier

    init(
        detector: String, kinds: [AlertKind], parameters: [Parameter], limits: [Limit],
        clearFactor: Double = 0.8, limitsListedIn: String? = nil, fallingListedIn: String? = nil,
        highest: Tier = .red
    ) {
        self.detector = detector
        self.kinds = kinds
        self.parameters = parameters
        self.limits = limits
        self.clearFactor = clearFactor
        self.limitsListedIn = limitsListedIn
        self.fallingListedIn = fallingListedIn
        self.highest = highest
    }

    /// The day of the following month until which a month's report is due, for the statuses of
    /// watched enterprises.
    static let dueDay = Parameter("due_day", .whole(1...28), .number(5))
    /// How many months a report may lie back and still be evaluated.
    static let ageMax = Parameter("age_max_months", .whole(0...12), .number(2))
    static let share = 0.0...1.0
    static let counts = 0.0...100_000_000.0
}

/// The known name nearest to a wrong one, as a hint; empty when nothing is near.
func nearestHint(_ wrong: String, among names: [String]) -> String {
    let scored = names.map { (name: $0, distance: editDistance(wrong, $0)) }
    guard let best = scored.min(by: { ($0.distance, $0.name) < ($1.distance, $1.name) }) else {
        return "this detector has none"
    }
    if best.distance <= max(2, wrong.count / 3) { return "did you mean '\(best.name)'?" }
    return "known are: " + names.sorted().joined(separator: ", ")
}

private func editDistance(_ left: String, _ right: String) -> Int {
    let right = Array(right.utf8)
    var row = Array(0...right.count)
    for (index, byte) in left.utf8.enumerated() {
        var diagonal = row[0]
        row[0] = index + 1
        for column in right.indices {
            let replaced = diagonal + (byte == right[column] ? 0 : 1)
            diagonal = row[column + 1]
            row[column + 1] = min(replaced, row[column] + 1, diagonal + 1)
        }
    }
    return row[right.count]
}
