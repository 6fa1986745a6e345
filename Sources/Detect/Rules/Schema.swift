import Labor

/// The parameters and limits that a detector accepts in a rule, with their ranges.
struct Schema: Sendable {
    /// The type and the range of a parameter.
    enum Shape: Sendable {
        /// A number in a range.
        case number(ClosedRange<Double>)
        /// An integer in a range.
        case whole(ClosedRange<Double>)
        case flag
        case text
        /// One of the texts listed.
        case choice([String])
        /// A list of texts.
        case texts
        /// A table of numbers. Any name is allowed if `names` is empty.
        case table(ClosedRange<Double>, names: [String])
        /// A table of texts. An empty list allows any name or any value.
        case textTable(names: [String], values: [String])
        /// A table of days, YYYY-MM-DD, with any names.
        case dates
        /// A table of causes with months, each `WORD YYYY-MM..YYYY-MM`, with any names.
        case causes
    }

    /// One parameter of a detector.
    struct Parameter: Sendable {
        var name: String
        var shape: Shape
        /// The default; nil if the parameter is required.
        var fallback: ParameterValue?
        /// Whether a region may override the parameter. Parameters of peers, sums and lists of
        /// tests apply across regions: an override would have no effect, or would change the
        /// findings of another region.
        var isRegional = true

        init(_ name: String, _ shape: Shape, _ fallback: ParameterValue? = nil) {
            self.name = name
            self.shape = shape
            self.fallback = fallback
        }
    }

    /// The parameters with `isRegional` set to false: one value for the whole jurisdiction.
    static func everywhere(_ parameters: [Parameter]) -> [Parameter] {
        parameters.map {
            var parameter = $0
            parameter.isRegional = false
            return parameter
        }
    }

    /// The use of a limit.
    enum Role: Sendable {
        /// A threshold: the measure is compared with it. Thresholds rise with the tier and have a
        /// clear threshold.
        case threshold
        /// A restriction: an additional condition of the tier. It has no clear threshold and no
        /// order among the tiers.
        case restriction
    }

    /// One limit of a tier.
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
    /// The default clear threshold is the raise threshold times this factor.
    var clearFactor: Double
    /// The parameter (a list of texts) with further limit names, for detectors whose codes are
    /// configurable; nil when there are none.
    var limitsListedIn: String?
    /// The parameter (a list of texts) with the limits whose measure is bad when it is low; nil
    /// when there are none.
    var fallingListedIn: String?
    /// The highest tier that a rule may define. The measure justifies no higher one.
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

    /// The due day of a month's report, in the following month. It determines the statuses of
    /// watched enterprises.
    static let dueDay = Parameter("due_day", .whole(1...28), .number(5))
    /// The maximum age of a report that is evaluated, months.
    static let ageMax = Parameter("age_max_months", .whole(0...12), .number(2))
    /// The range of a share.
    static let share = 0.0...1.0
    /// The range of a count.
    static let counts = 0.0...100_000_000.0
    /// The limits of a loss of staff beyond the expected one: persons and their share of the staff,
    /// with the restrictions that keep a small number or a small share from raising an alert.
    static let staffLoss: [Limit] = [
        .init("persons", 1...counts.upperBound, whole: true),
        .init("share", share),
        .init("staff_min", counts, whole: true, role: .restriction),
        .init("persons_share_min", share, role: .restriction),
        .init("share_persons_min", counts, whole: true, role: .restriction),
    ]
}

/// A hint with the known name nearest to a wrong one by edit distance. If no name is near, the
/// hint lists all known names.
func nearestHint(_ wrong: String, among names: [String]) -> String {
    NearestName.hint(wrong, among: names, none: "this detector has none")
}
