package import Labor

/// What a risk score adds up.
///
/// Law also names electricity, water, rent, credit and taxes as signs (《保障农民工工资支付条例》38).
/// The contract's tables have no column for them: a bureau that gets them adds a case here, a
/// figure in `RiskScore` and points in the rule. Nothing stands in for them until then.
package enum RiskComponent: String, CaseIterable, Hashable, Sendable {
    /// Months of wages owed above the own habit.
    case arrears
    /// Months in a row without any contributions paid.
    case contributions
    /// The share of staff lost over three months against peers and season.
    case headcount
    /// The share of idle staff, 1 for one that stands still or is closed.
    case idle
    /// Reports that are missing.
    case silence
    /// Disputes and complaints of the last months; an owner who absconded counts in full.
    case disputes
}

/// What is on record of an enterprise. It is known and no sign, so that no sum of signs stands
/// before it.
///
/// The contract's events have no kind for an insolvency petition; a bureau that gets them adds one.
package enum RiskRecord: String, CaseIterable, Hashable, Sendable {
    /// The owner cannot be found.
    case ownerAbsconded = "owner_absconded"
    /// Work was stopped.
    case suspension
    /// It is closed: nothing is left to come near to.
    case closure
}

/// How near an enterprise is to closing, in points from 0 to 100 that anyone can add up.
///
/// It serves to rank whom to visit first. It is no probability, and no tier depends on it but those
/// of `closure.risk`, which asks for limits of its own.
package struct RiskScore: Hashable, Sendable {
    /// One component with what it was measured by.
    package struct Part: Hashable, Sendable {
        /// Which one.
        package var component: RiskComponent
        /// What was measured, in the component's own unit: months, a share, reports, events.
        package var figure: Double
        /// The points that the figure brings.
        package var points: Double
        /// The most points that the component can bring.
        package var cap: Double
    }

    /// The enterprise.
    package var subject: Subject
    /// Staff by the latest report; nil when none counts.
    package var staff: Int?
    /// The month of that report.
    package var lastReport: Period?
    /// Every component, in the order of `RiskComponent`, those without points too.
    package var parts: [Part]
    /// The sum of the points, 100 at most.
    package var total: Double
    /// What is on record, for the ranking; nil when nothing is, and in the rule, which goes by the
    /// signs alone.
    package var record: RiskRecord?
    /// The points that the record brings on top of the signs.
    package var recordPoints = 0.0
    /// What the fall of the staff was compared with, as marks joined by commas; nil without a fall.
    package var fallCompared: String?

    /// What ranks: the points of the signs and of the record.
    package var standing: Double { total + recordPoints }

    /// The components that bring points, the weightiest first.
    package var leading: [Part] {
        parts.filter { $0.points > 0 }.sorted {
            ($1.points, $0.component.rawValue) < ($0.points, $1.component.rawValue)
        }
    }
}

extension RiskComponent {
    /// Where it stands among all, in the order in which they are declared.
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

/// How figures become points.
struct RiskScale: Sendable {
    private struct Line {
        var cap: Double
        var from: Double
        var full: Double
    }

    /// By the place of their component.
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

    /// More than all signs together, a flight more than a stop of work with all signs.
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

    /// The points of what is on record; a closure brings none.
    func points(of record: RiskRecord?) -> Double {
        record.flatMap { records[$0.rawValue] ?? Self.recorded[$0.rawValue] } ?? 0
    }

    /// The most points that a component can bring.
    func cap(_ component: RiskComponent) -> Double { lines[component.regional].cap }

    /// The figure from which a component brings all its points.
    func full(_ component: RiskComponent) -> Double { lines[component.regional].full }

    /// A component's points: none below its first figure, then in proportion up to its cap.
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
    /// The score of an enterprise; nil when nothing is known of it, or when it cannot reach `floor`
    /// points, which is how most are passed over without a look at their peers.
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
