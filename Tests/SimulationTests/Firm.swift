import Labor
import Support

/// One enterprise of a chronicle on its way through the months.
struct Firm {
    let id: Int
    var heads: Int
    private let region: String
    private let industry: String
    private let group: String?
    private let isKey: Bool
    private let isGovernmental: Bool
    /// Months for which it still stays silent, owes pay, owes contributions.
    private var silence = 0
    private var arrears = 0
    private var debts = 0
    private var state = "normal"
    private var dismissed = 0
    private var idleness = 0
    private var planned = 0

    init(_ id: Int, _ random: inout SeededGenerator) {
        self.id = id
        heads = random.pick(10...700)
        region = random.happens(0.6) ? "540102" : "540103"
        industry = random.happens(0.6) ? "E47" : "H61"
        group = random.happens(0.2) ? "group \(random.pick(1...4))" : nil
        isKey = random.happens(0.3)
        isGovernmental = random.happens(0.2)
    }

    var isSilent: Bool { silence > 0 }

    /// The row of `labor.enterprise`.
    var statement: String {
        """
        INSERT INTO labor.enterprise
            (enterprise_id, name, region_code, industry_code, owner_group, key_monitored,
             government_project)
        VALUES (\(id), '企业\(id)', '\(region)', '\(industry)',
                \(group.map { "'\($0)'" } ?? "NULL"), \(isKey), \(isGovernmental));
        """
    }

    /// Lives through a month.
    mutating func live(_ random: inout SeededGenerator) {
        let before = heads
        heads = max(1, heads * random.pick(985...1_012) / 1_000)
        if random.happens(0.05) { heads = max(1, heads * random.pick(30...85) / 100) }
        if random.happens(0.01) { heads *= 10 }
        dismissed = max(0, before - heads)
        silence = silence > 0 ? silence - 1 : random.happens(0.03) ? random.pick(1...5) : 0
        arrears = arrears > 0 ? arrears - 1 : random.happens(0.06) ? random.pick(1...7) : 0
        debts = debts > 0 ? debts - 1 : random.happens(0.05) ? random.pick(1...7) : 0
        idleness = idleness > 0 ? idleness - 1 : random.happens(0.06) ? random.pick(1...6) : 0
        if random.happens(0.1) { planned = random.happens(0.5) ? 0 : random.pick(1...heads) }
        if random.happens(0.04) {
            state =
                ["normal", "reduced", "suspended", "closed"].randomElement(using: &random)
                ?? "normal"
        }
    }

    /// A report about a month as a row of values, without the moment at which it became known.
    func values(_ period: Period, _ random: inout SeededGenerator) -> String {
        let due = heads * 6_000
        let paid = arrears > 0 ? due * random.pick(0...6) / 10 : due
        let insured = random.happens(0.1) ? heads * 7 / 10 : heads
        let owed = debts > 0 ? 0 : due / 5
        let dismissals = random.happens(0.5) ? "\(dismissed)" : "NULL"
        let unpaid = arrears > 0 && random.happens(0.5) ? "\(heads / 2)" : "NULL"
        let idle = idleness > 0 ? heads * random.pick(2...9) / 10 : heads / 60
        let told = random.happens(0.8) ? "\(idle)" : "NULL"
        let plan = random.happens(0.3) ? "\(planned)" : "NULL"
        return """
            \(id), '\(period.firstDay)', \(heads), \(plan), \(told), \(dismissals), \(due), \
            \(paid), \(unpaid), \(insured), \(due / 5), \(owed), \(random.happens(0.03)), '\(state)'
            """
    }

    /// A whole row, known on a day at nine.
    func report(_ period: Period, at day: Day, _ random: inout SeededGenerator) -> String {
        "(\(values(period, &random)), '\(day) 09:00:00+08')"
    }
}
