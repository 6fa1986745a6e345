import Labor
import Support

extension SeededGenerator {
    /// Whether something happens that happens so often.
    mutating func happens(_ probability: Double) -> Bool {
        Double.random(in: 0..<1, using: &self) < probability
    }

    mutating func pick(_ range: ClosedRange<Int>) -> Int { Int.random(in: range, using: &self) }
}

/// A year of a province, made up from a seed: sixty enterprises that grow, shrink, owe, fall silent,
/// report late and correct themselves; events and indicators among it.
///
/// What happens comes in steps, each the statements that a bureau would have sent since the step
/// before. Several steps lie within one day, for a new day is evaluated whole.
struct Chronicle {
    /// What became known up to a moment.
    struct Step {
        let moment: Instant
        var statements: [String] = []
    }

    static let zone = Zone.shanghai
    /// The first civil month of the steps; reports go back a year further.
    static let begin = Period(year: 2025, month: 1)

    private(set) var steps: [Step] = []
    private let months: Int
    private var random: SeededGenerator
    private var firms: [Firm] = []

    /// The months of the steps.
    var span: ClosedRange<Period> {
        Chronicle.begin...Chronicle.begin.adding(months - 1)
    }

    /// A year, or fewer months.
    /// - Parameter changesInPlace: whether rows may also be overwritten and come in with an earlier
    ///   date, as a careless bureau does; a history with that is not the same for one who looks later.
    init(seed: UInt64, enterprises: Int = 60, months: Int = 12, changesInPlace: Bool) {
        self.months = months
        random = SeededGenerator(seed: seed)
        firms = (1...enterprises).map { Firm($0, &random) }
        makeSteps()
        settle()
        for month in 0..<months { live(month, careless: changesInPlace) }
    }

    /// Two days of each month, three moments of each.
    private mutating func makeSteps() {
        let hours: [Int64] = [9, 13, 17]
        steps = (0..<months).flatMap { month in
            let first = Chronicle.begin.adding(month).firstDay
            let days = [random.pick(3...8), random.pick(12...26)]
            return days.flatMap { day in
                let midnight = Chronicle.zone.end(of: first.adding(days: day - 2))
                return hours.map { Step(moment: midnight.adding(seconds: $0 * 3_600)) }
            }
        }
    }

    private func steps(of month: Int) -> Range<Int> { (month * 6)..<(month * 6 + 6) }

    /// What is known before the first step: places, enterprises, a calm year of reports.
    private mutating func settle() {
        var statements = Chronicle.places + firms.map(\.statement)
        for past in stride(from: 13, through: 2, by: -1) {
            let period = Chronicle.begin.adding(-past)
            for index in firms.indices {
                let rows = [firms[index].report(period, at: period.adding(1).firstDay, &random)]
                statements.append(Chronicle.insert(rows))
            }
        }
        steps[0].statements = statements
    }

    /// One month of reports about the month before, with corrections, events and indicators.
    private mutating func live(_ month: Int, careless: Bool) {
        let own = steps(of: month)
        let next = month + 1 < months ? steps(of: month + 1) : own
        let period = Chronicle.begin.adding(month - 1)
        for index in firms.indices {
            firms[index].live(&random)
            if firms[index].isSilent { continue }
            let late = random.happens(0.06) ? next : own
            let step = random.pick(late.lowerBound...late.upperBound - 1)
            add(step, firms[index].values(period, &random), careless: careless)
            if random.happens(0.05) {
                let later = random.pick(step...next.upperBound - 1)
                var corrected = firms[index]
                corrected.heads = corrected.heads * random.pick(4...13) / 10
                add(later, corrected.values(period, &random), careless: careless)
            }
            if careless, random.happens(0.02) {
                steps[random.pick(step...next.upperBound - 1)].statements.append(
                    """
                    UPDATE labor.report SET headcount = headcount * 2 / 3
                     WHERE enterprise_id = \(firms[index].id) AND period = '\(period.firstDay)';
                    """)
            }
        }
        for step in own where random.happens(0.6) { addEvent(step) }
        addIndicators(own, about: period)
        addOddities(month, own)
    }

    private mutating func add(_ step: Int, _ values: String, careless: Bool) {
        let row = "(\(values), \(known(step, careless: careless)))"
        steps[step].statements.append(Chronicle.insert([row]))
    }

    /// When the bureau learnt of something that a step brings: since the step before; where somebody
    /// dates back, some days earlier; where clocks differ, some time later.
    private mutating func known(_ step: Int, careless: Bool) -> String {
        var seconds = Int64(random.pick(0...7_000))
        if careless, random.happens(0.1) { seconds += Int64(random.pick(1...10)) * 86_400 }
        if careless, random.happens(0.03) { seconds = -Int64(random.pick(1...10_000)) }
        let moment = steps[step].moment.adding(seconds: -seconds)
        return "'\(moment.rfc3339(offsetSeconds: 0))'"
    }

    private mutating func addEvent(_ step: Int) {
        // Plans decide several rules, so they come more often than the rest.
        let kind =
            random.happens(0.2)
            ? .layoffPlan : EventKind.allCases.randomElement(using: &random) ?? .closure
        let day = Chronicle.zone.day(steps[step].moment).adding(days: -random.pick(0...20))
        let firm = random.happens(0.95) ? "\(random.pick(1...firms.count))" : "NULL"
        let region = firm == "NULL" ? "'540102'" : "NULL"
        let persons = random.happens(0.8) ? "\(random.pick(1...250))" : "NULL"
        let amount = random.happens(0.5) ? "\(random.pick(1...90) * 10_000)" : "NULL"
        steps[step].statements.append(
            """
            INSERT INTO labor.event
                (enterprise_id, region_code, kind, persons, amount, occurred_on, reported_at)
            VALUES (\(firm), \(region), '\(kind.rawValue)', \(persons), \(amount), '\(day)',
                    \(known(step, careless: false)));
            """)
    }

    private mutating func addIndicators(_ own: Range<Int>, about period: Period) {
        for code in ["surveyed_unemployment_rate", "registered_unemployment_rate"] {
            for step in [own.lowerBound + 1, own.lowerBound + 4]
            where step == own.lowerBound + 1 || random.happens(0.4) {
                let value = Double(random.pick(30...75)) / 10
                steps[step].statements.append(
                    """
                    INSERT INTO labor.indicator (code, region_code, period, value, reported_at)
                    VALUES ('\(code)', '540000', '\(period.firstDay)', \(value),
                            \(known(step, careless: false)));
                    """)
            }
        }
    }

    /// What comes once: a new enterprise in June, a county's new name in August.
    private mutating func addOddities(_ month: Int, _ own: Range<Int>) {
        if month == 5 {
            firms.append(Firm(firms.count + 1, &random))
            steps[own.lowerBound + 1].statements.append(firms[firms.count - 1].statement)
        }
        if month == 7 {
            steps[own.lowerBound + 4].statements.append(
                "UPDATE labor.region SET name = '新城区' WHERE code = '540102';")
        }
    }

    private static func insert(_ rows: [String]) -> String {
        """
        INSERT INTO labor.report
            (enterprise_id, period, headcount, planned_layoffs, idle, employer_separations,
             wages_due, wages_paid, workers_unpaid, insured, contributions_due, contributions_paid,
             contributions_deferred, operating_state, reported_at)
        VALUES \(rows.joined(separator: ", "));
        """
    }

    private static let places = [
        """
        INSERT INTO labor.region (code, name, name_en, parent_code, grace_days) VALUES
            ('540000', '西藏', 'Tibet', NULL, NULL), ('540100', '拉萨', 'Lhasa', '540000', NULL),
            ('540102', '城关区', 'Chengguan', '540100', NULL),
            ('540103', '堆龙德庆区', 'Doilungdeqen', '540100', 7);
        INSERT INTO labor.industry (code, name, parent_code) VALUES
            ('E', '建筑业', NULL), ('E47', '房屋建筑业', 'E'), ('H', '住宿和餐饮业', NULL),
            ('H61', '住宿业', 'H');
        """
    ]
}
