package import Labor

/// The components of a risk score.
///
/// The law also lists electricity, water, rent, credit and taxes as signs (《保障农民工工资支付条例》38). The
/// contract tables have no columns for them. A bureau with such data adds a case here, a figure in
/// `RiskScore` and points in the rule.
package enum RiskComponent: String, CaseIterable, Hashable, Sendable {
    /// Wages owed above the own habit, months.
    case arrears
    /// The number of successive months without any contribution paid.
    case contributions
    /// The share of staff lost over at most three months that neither peers nor season explain,
    /// 0…1.
    case headcount
    /// The share of idle staff, 0…1; 1 for a suspended or closed enterprise.
    case idle
    /// The number of missing reports.
    case silence
    /// The number of recent disputes and complaints. An owner who absconded counts as the number
    /// with full points.
    case disputes
}

/// A recorded fact about an enterprise. It is certain, so its points exceed those of all signs
/// together.
///
/// The events of the contract have no kind for an insolvency petition. A bureau with such data adds
/// one.
package enum RiskRecord: String, CaseIterable, Hashable, Sendable {
    /// The owner absconded.
    case ownerAbsconded = "owner_absconded"
    /// The enterprise stopped work.
    case suspension
    /// The enterprise is closed. It has no further risk of closing.
    case closure
}

/// The risk that an enterprise closes: a sum of points from 0 to 100.
///
/// The score ranks enterprises for visits. The score is not a probability. Only the tiers of
/// `closure.risk` depend on the score.
package struct RiskScore: Hashable, Sendable {
    /// One component with its figure and points.
    package struct Part: Hashable, Sendable {
        /// The component of the score.
        package var component: RiskComponent
        /// The figure in the unit of the component: months, a share, reports or events.
        package var figure: Double
        /// The points for the figure.
        package var points: Double
        /// The maximum points of the component.
        package var cap: Double
    }

    /// The enterprise that is scored.
    package var subject: Subject
    /// The headcount of the latest report; nil when no report counts.
    package var staff: Int?
    /// The month of the latest report; nil when no report counts.
    package var lastReport: Period?
    /// All components in the order of `RiskComponent`, including those without points.
    package var parts: [Part]
    /// The sum of the points, at most 100.
    package var total: Double
    /// The recorded fact, which is used only for the ranking and not for the findings of the rule;
    /// nil when there is none.
    package var record: RiskRecord?
    /// The points of the recorded fact, in addition to `total`.
    package var recordPoints = 0.0
    /// The marks that state with what the fall of the headcount was compared, joined by commas; nil
    /// without a fall.
    package var fallCompared: String?

    /// The number by which enterprises are ranked: the points of the signs and of the recorded
    /// fact.
    package var standing: Double { total + recordPoints }

    /// The components with points, the largest number of points first.
    package var leading: [Part] {
        parts.filter { $0.points > 0 }.sorted {
            ($1.points, $0.component.rawValue) < ($0.points, $1.component.rawValue)
        }
    }
}

extension RiskComponent {
    /// The position of the component in the declaration order.
    fileprivate var regional: Int {
        switch self {
        case .arrears: 0
        case .contributions: 1
        case .headcount: 2
        case .idle: 3
        case .silence: 4
        case .disputes: 5
        }
    }
}

/// The conversion of figures to points, and of recorded facts to points.
struct RiskScale: Sendable {
    /// The points of one component: `cap` × figure / `full`, at most `cap`; 0 below `from`.
    private struct Line {
        var cap: Double
        var from: Double
        var full: Double
    }

    /// The lines in the order of `RiskComponent`.
    private let lines: [Line]
    private let records: [String: Double]

    private static let standard: [RiskComponent: Line] = [
        .arrears: Line(cap: 25, from: 0.25, full: 2),
        .contributions: Line(cap: 15, from: 1, full: 3),
        .headcount: Line(cap: 20, from: 0.1, full: 0.5),
        .idle: Line(cap: 15, from: 0.05, full: 1.0 / 3),
        .silence: Line(cap: 15, from: 1, full: 3),
        .disputes: Line(cap: 10, from: 1, full: 3),
    ]

    static let parameters: [Schema.Parameter] = [
        .init("points", .table(0...100, names: names), .table(table(\.cap))),
        .init("counts_from", .table(0...100, names: names), .table(table(\.from))),
        .init("full_at", .table(0.001...100, names: names), .table(table(\.full))),
        .init(
            "record_points", .table(0...1_000, names: Array(recorded.keys.sorted())),
            .table(recorded)),
    ]

    /// Each recorded fact has at least as many points as all signs together. A suspension with all
    /// signs has no more points than an absconded owner alone.
    private static let recorded = [
        RiskRecord.ownerAbsconded.rawValue: 200.0, RiskRecord.suspension.rawValue: 100,
    ]

    private static let names = RiskComponent.allCases.map(\.rawValue)

    private static func table(_ value: (Line) -> Double) -> [String: Double] {
        Dictionary(uniqueKeysWithValues: standard.map { ($0.key.rawValue, value($0.value)) })
    }

    init(_ settings: Settings) {
        let (caps, froms, fulls) = (
            settings.table("points"), settings.table("counts_from"), settings.table("full_at")
        )
        records = settings.table("record_points")
        lines = RiskComponent.allCases.map { component in
            let name = component.rawValue
            let line = Self.standard[component] ?? Line(cap: 0, from: 0, full: 1)
            return Line(
                cap: caps[name] ?? line.cap, from: froms[name] ?? line.from,
                full: fulls[name] ?? line.full)
        }
    }

    /// The points of a recorded fact; 0 for a closure.
    func points(of record: RiskRecord?) -> Double {
        record.flatMap { records[$0.rawValue] ?? Self.recorded[$0.rawValue] } ?? 0
    }

    /// The maximum points of a component.
    func cap(_ component: RiskComponent) -> Double { lines[component.regional].cap }

    /// The figure from which a component has its maximum points.
    func full(_ component: RiskComponent) -> Double { lines[component.regional].full }

    /// The points of a component: 0 below its first figure, then proportional to the figure up to
    /// its maximum.
    func part(_ component: RiskComponent, _ figure: Double) -> RiskScore.Part {
        guard figure > 0 else {
            return RiskScore.Part(
                component: component, figure: 0, points: 0, cap: cap(component))
        }
        let line = lines[component.regional]
        let points = figure >= line.from - 1e-9 ? line.cap * min(1, figure / line.full) : 0
        return RiskScore.Part(
            component: component, figure: figure, points: points, cap: cap(component))
    }
}

extension RiskSigns {
    /// The score of an enterprise. Nil when nothing is known of it, or when the score is below
    /// `floor`. Most enterprises are skipped before their peers are compared.
    func score(
        _ row: Int, _ scale: RiskScale, _ balance: inout Balance, atLeast floor: Double = 0
    ) -> RiskScore? {
        let latest = latest(row)
        if latest == nil, context.eventsOf[row] == nil { return nil }
        let silent = Double(silence.gap(row)?.missed ?? 0)
        let unpaid = latest.map { Double(unpaidContributions(row, $0)) } ?? 0
        let idle = isClosed(row, latest) ? 1 : idleShare(row, latest)
        var disputed = 0.0
        if context.eventsOf[row] != nil {
            disputed =
                flights(row).isEmpty ? Double(disputes(row).count) : scale.full(.disputes)
        }
        let owed = arrears(row, &balance)?.months ?? 0
        let known =
            scale.part(.silence, silent).points + scale.part(.contributions, unpaid).points
            + scale.part(.idle, idle).points + scale.part(.disputes, disputed).points
            + scale.part(.arrears, owed).points
        guard known + scale.cap(.headcount) >= floor - 1e-9 else { return nil }
        let fallen = latest.map { fall(row, $0) } ?? Baseline.Fall()
        let parts = RiskComponent.allCases.map { component in
            let figure =
                switch component {
                case .arrears: owed
                case .contributions: unpaid
                case .headcount: fallen.share
                case .idle: idle
                case .silence: silent
                case .disputes: disputed
                }
            return scale.part(component, figure)
        }
        let total = min(100, parts.reduce(0) { $0 + $1.points })
        guard total >= floor - 1e-9 else { return nil }
        let panel = context.facts.panel
        return RiskScore(
            subject: panel.enterprises[row].subject,
            staff: latest.flatMap { panel.headcount(row, $0) }.map(Int.init),
            lastReport: latest.map(panel.period), parts: parts, total: total,
            fallCompared: fallen.share > 0 ? fallen.compared : nil)
    }
}
