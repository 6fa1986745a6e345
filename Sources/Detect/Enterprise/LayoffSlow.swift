import Foundation
import Labor

/// Detects a slow fall of the headcount over many months, in which no single month is unusual.
///
/// The Mann-Kendall test shows whether there is a trend, and the Theil-Sen slope shows its size.
/// Both must show a fall relative to the peers and relative to the own season, and the plain
/// headcount must fall, too. A fall that comes mostly from one month is not slow; `layoff.trend`
/// covers it.
struct LayoffSlow: Detector {
    static let schema = Schema(
        detector: "layoff.slow", kinds: [.layoff],
        parameters: Schema.everywhere(Baseline.Options.parameters)
            + KnownCauses.parameters + [
                .init("p_max", .number(1e-9...0.5), .number(0.02)),
                .init("p_hold", .number(1e-9...0.5), .number(0.1)),
                .init("slope_min", .number(0...1), .number(0.009)),
                .init("raw_slope_min", .number(-1...1), .number(0.004)),
                .init("months_long", .whole(6...24), .number(12)),
                .init("months_short", .whole(6...24), .number(7)),
                .init("step_share_max", .number(Schema.share), .number(0.7)),
                .init("persons_min", .whole(1...1_000), .number(10)),
                .init("small_staff", .whole(0...10_000), .number(100)),
                .init("small_persons_min", .whole(1...1_000), .number(3)),
                .init("spread_multiple", .number(0...10), .number(2)),
                .init("p_season", .number(1e-9...1), .number(0.1)),
                Schema.dueDay, Schema.ageMax,
            ] + Schema.everywhere(StaffFalls.Options.parameters),
        limits: Schema.staffLoss, clearFactor: 2.0 / 3)

    private struct RegionalSettings: Sendable {
        let ladder: Ladder
        /// The change that corresponds to the smallest clear limit of the share, ln staff;
        /// negative.
        let levelFloor: Double
        let causes: KnownCauses
        let dueDay: Int
        let ageMax: Int
        let pMax: Double
        let pHold: Double
        let slope: Double
        let rawSlope: Double
        let lengths: [Int]
        let stepShare: Double
        let personsMin: Double
        let smallStaff: Double
        let smallPersons: Double
        let pSeason: Double
        let spreadMultiple: Double

        init(_ settings: Settings) {
            ladder = settings.ladder
            levelFloor = log(1 - min(0.99, ladder.floor("share")))
            causes = KnownCauses(settings)
            dueDay = settings.whole("due_day")
            ageMax = settings.whole("age_max_months")
            pMax = settings.number("p_max")
            pHold = settings.number("p_hold")
            slope = settings.number("slope_min")
            rawSlope = settings.number("raw_slope_min")
            lengths = [settings.whole("months_short"), settings.whole("months_long")]
            stepShare = settings.number("step_share_max")
            personsMin = settings.number("persons_min")
            smallStaff = settings.number("small_staff")
            smallPersons = settings.number("small_persons_min")
            pSeason = settings.number("p_season")
            spreadMultiple = settings.number("spread_multiple")
        }

        /// The minimum number of persons lost, by headcount. It is lower for a small staff.
        func personsMin(of staff: Double) -> Double {
            staff < smallStaff
                ? min(personsMin, max(smallPersons, personsMin * staff / smallStaff))
                : personsMin
        }
    }

    /// The maximum number of months over which a season reduces the headcount. Only these months of
    /// the window can have a seasonal excuse.
    private static let swing = 4

    /// A slow fall that reaches a tier.
    private struct Decline {
        var months: Int
        var trend: MonthTrend
        var expected: Double
        var persons: Double
        var hasSeason: Bool
        var verdict: Ladder.Verdict
        var credibility = Credibility.recordOnly
    }

    private let rule: CheckedRule
    private let settings: Regional<RegionalSettings>
    private let baseOptions: Baseline.Options
    private let fallOptions: StaffFalls.Options

    init(_ rule: CheckedRule) {
        self.rule = rule
        settings = Regional(rule, RegionalSettings.init)
        baseOptions = Baseline.Options(rule.base)
        fallOptions = StaffFalls.Options(rule.base)
    }

    var measures: Set<SharedMeasure> { [.peers(baseOptions.peers), .falls(fallOptions)] }

    /// One enterprise over a range of months.
    private struct Judged {
        let row: Int
        /// The months, as indices of `Peers`.
        let months: ClosedRange<Int>
        let regional: RegionalSettings
    }

    func evaluate(_ context: EvaluationContext, watching: [EpisodeKey]) -> Outcome {
        let regionalSettings = settings.regionalSettings(of: context)
        let baseline = Baseline(context, baseOptions)
        let falls = context.shared.falls(context, fallOptions)
        var series = MonthSeries()
        var findings: [Finding] = []
        for row in context.facts.panel.enterprises.indices {
            let regional = regionalSettings[Int(context.regionIndex[row])]
            guard let month = baseline.latest(row, ageMax: regional.ageMax, context) else {
                continue
            }
            for length in regional.lengths where month - length + 1 >= 0 {
                let judged = Judged(
                    row: row, months: month - length + 1...month, regional: regional)
                guard var decline = judge(judged, context, baseline, &series) else { continue }
                decline.credibility = credibility(judged, falls, context, baseline, &series)
                if decline.credibility == .recordOnly {
                    decline.verdict = decline.verdict.capped(regional.ladder)
                }
                findings.append(finding(decline, of: judged, context, baseline))
                break
            }
        }
        var statuses: [EpisodeKey: SubjectStatus] = [:]
        for key in watching {
            statuses[key] = baseline.status(of: key, context) { row in
                let regional = regionalSettings[Int(context.regionIndex[row])]
                return (regional.ageMax, regional.dueDay)
            }
        }
        return Outcome(findings: findings, statuses: statuses)
    }

    /// The trend of an enterprise. There is none when the headcount does not fall, or when peers,
    /// season or noise explain the fall.
    private struct Course {
        var trend: MonthTrend
        var hasSeason: Bool
        var mayRaise: Bool
    }

    /// Computes the trend; nil without a fall that needs an alert.
    private func course(
        _ judged: Judged, _ baseline: Baseline, _ series: inout MonthSeries
    ) -> Course? {
        let (row, months, regional) = (judged.row, judged.months, judged.regional)
        let peers = baseline.peers
        // Most enterprises do not fall. The first and the last month show this quickly.
        let fall =
            peers.adjusted(row, months.upperBound) - peers.adjusted(row, months.lowerBound)
        if fall > regional.levelFloor / 2 { return nil }
        let least = months.count - 1
        series.load(months) { peers.adjusted(row, $0) }
        guard series.count >= least,
            let trend = series.trend(pMax: regional.pHold), trend.slope <= -regional.slope * 2 / 3,
            series.largestStepShare <= regional.stepShare
        else { return nil }
        series.load(months) { peers.level(row, $0) }
        guard let raw = series.trend(pMax: 1), raw.slope <= -regional.rawSlope else { return nil }
        var course = Course(
            trend: trend, hasSeason: false,
            mayRaise: trend.p <= regional.pMax && trend.slope <= -regional.slope)
        series.load(months) {
            $0 < 12 ? .nan : peers.adjusted(row, $0) - peers.adjusted(row, $0 - 12)
        }
        if series.count >= least {
            course.hasSeason = true
            guard let season = series.trend(pMax: regional.pSeason),
                season.slope <= -regional.slope * 2 / 3
            else { return nil }
            course.mayRaise = course.mayRaise && season.slope <= -regional.slope
        }
        let excused = baseline.excuse(
            row, max(months.lowerBound, months.upperBound - Self.swing)...months.upperBound,
            hasSeason: course.hasSeason)
        return -trend.slope * Double(least) > regional.spreadMultiple * excused ? course : nil
    }

    /// Judges the trend against the limits. Known causes, transfers and small numbers of persons
    /// give nil.
    private func judge(
        _ judged: Judged, _ context: EvaluationContext, _ baseline: Baseline,
        _ series: inout MonthSeries
    ) -> Decline? {
        guard let course = course(judged, baseline, &series) else { return nil }
        let (row, regional) = (judged.row, judged.regional)
        let (month, length) = (judged.months.upperBound, judged.months.count)
        let peers = baseline.peers
        let now = exp(peers.level(row, month))
        let expected = now * exp(-course.trend.slope * Double(length - 1))
        var persons = expected - now
        let least = regional.personsMin(of: expected)
        guard persons >= least * 2 / 3 else { return nil }
        let period = context.facts.panel.period(month + peers.start)
        if regional.causes.cause(row, period.adding(1 - length)...period, context) != nil {
            return nil
        }
        persons -= context.moves.out(
            row, judged.months.lowerBound + 1 + peers.start...month + peers.start)
        guard persons >= least * 2 / 3 else { return nil }
        let size = LossSize(persons: persons, share: persons / expected, staff: expected)
        // The trend line of a sudden fall can begin above every reported headcount. More persons
        // than the difference to the highest headcount cannot have left, so they give no tier.
        let levels = judged.months.map { peers.level(row, $0) }.filter(\.isFinite)
        let highest = levels.max().map { exp($0) } ?? expected
        let most = max(0, min(persons, highest - now))
        let part = LossSize(persons: most, share: most / max(highest, 1), staff: expected)
        let verdict = regional.ladder.judge(
            mayRaise: course.mayRaise && persons >= least, size.crosses
        )?.limited(to: regional.ladder.judge(part.crosses), regional.ladder)
        return verdict.map {
            Decline(
                months: length, trend: course.trend, expected: expected, persons: persons,
                hasSeason: course.hasSeason, verdict: $0)
        }
    }

    /// The credibility of a decline. The months of a decline are not rare one by one, so a decline
    /// without a rare fall is credible once the report before the latest one showed it as well. A
    /// season ends before that.
    private func credibility(
        _ judged: Judged, _ falls: StaffFalls, _ context: EvaluationContext, _ baseline: Baseline,
        _ series: inout MonthSeries
    ) -> Credibility {
        let peers = baseline.peers
        let month = judged.months.upperBound
        let panelMonths = judged.months.lowerBound + peers.start...month + peers.start
        if Credibility.isStated(judged.row, panelMonths, context) { return .declared }
        if let credible = falls.credible(judged.row, month + peers.start) {
            return credible.credibility
        }
        let before = stride(from: month - 1, through: 0, by: -1)
            .first { peers.level(judged.row, $0).isFinite }
        guard let before else { return .recordOnly }
        for length in judged.regional.lengths where before - length + 1 >= 0 {
            let earlier = Judged(
                row: judged.row, months: before - length + 1...before, regional: judged.regional)
            if judge(earlier, context, baseline, &series)?.verdict.raises != nil {
                return .borneOut
            }
        }
        return .recordOnly
    }

    private func finding(
        _ decline: Decline, of judged: Judged, _ context: EvaluationContext, _ baseline: Baseline
    ) -> Finding {
        let panel = context.facts.panel
        let (row, index) = (judged.row, judged.months.upperBound)
        let month = index + baseline.peers.start
        let enterprise = panel.enterprises[row]
        let founded = baseline.peers.isFounded(row, index)
        var marks = [
            "compared": decline.hasSeason
                ? founded ? "peers,season" : "season" : founded ? "peers" : "own_level"
        ]
        marks[Credibility.mark] = decline.credibility.rawValue
        if decline.verdict.raises == nil { marks["threshold"] = "clear" }
        if let basis = enterprise.dataBasis { marks["data_basis"] = basis.rawValue }
        let share = decline.persons / decline.expected
        let start = month - decline.months + 1
        return Finding(
            rule: rule.id, kind: rule.kind, subject: enterprise.subject,
            period: panel.period(month), raises: decline.verdict.raises,
            holds: decline.verdict.holds, certainty: .provisional,
            persons: Int(decline.persons.rounded()), share: share,
            evidence: Evidence(
                value: panel.headcount(row, month).map(Double.init),
                previous: panel.headcount(row, start).map(Double.init),
                expected: (decline.expected * 10).rounded() / 10, p: decline.trend.p,
                threshold: decline.verdict.threshold,
                measures: [
                    "persons": decline.persons, "share": share,
                    "months": Double(decline.months),
                    "monthly_share": 1 - exp(decline.trend.slope),
                ], marks: marks,
                rows: Rows.limited(Rows.reports(panel, row, start...month, [.headcount]))))
    }
}

/// The trend of a monthly series.
struct MonthTrend {
    /// The Theil-Sen slope: the median change a month, in the unit of the values.
    var slope: Double
    /// The one-sided p-value of the Mann-Kendall test for a falling trend (normal approximation).
    var p: Double
}

/// The values of a few months of one enterprise. The buffers are reused for the next enterprise.
struct MonthSeries {
    private var months: [Double] = []
    private var values: [Double] = []
    private var slopes: [Float] = []

    var count: Int { values.count }

    /// Loads the months that have a finite value.
    mutating func load(_ range: ClosedRange<Int>, _ value: (Int) -> Double) {
        months.removeAll(keepingCapacity: true)
        values.removeAll(keepingCapacity: true)
        for month in range {
            let level = value(month)
            guard level.isFinite else { continue }
            months.append(Double(month))
            values.append(level)
        }
    }

    /// The trend; nil with fewer than five months, or when p is above `pMax`.
    mutating func trend(pMax: Double) -> MonthTrend? {
        guard count >= 5 else { return nil }
        var score = 0
        for right in 1..<count {
            for left in 0..<right {
                let change = values[right] - values[left]
                score += change < 0 ? 1 : change > 0 ? -1 : 0
            }
        }
        let size = Double(count)
        let deviation = (size * (size - 1) * (2 * size + 5) / 18).squareRoot()
        let p = Robust.normalTail(score > 0 ? Double(score - 1) / deviation : 0)
        guard p <= pMax else { return nil }
        slopes.removeAll(keepingCapacity: true)
        for right in 1..<count {
            for left in 0..<right {
                slopes.append(
                    Float((values[right] - values[left]) / (months[right] - months[left])))
            }
        }
        return MonthTrend(slope: Double(Robust.median(&slopes, count: slopes.count)), p: p)
    }

    /// The largest monthly fall as a share of the total fall; 1 without a fall.
    var largestStepShare: Double {
        guard let first = values.first, let last = values.last, last < first else { return 1 }
        var largest = 0.0
        for index in 1..<values.count {
            largest = max(largest, values[index - 1] - values[index])
        }
        return largest / (first - last)
    }
}
