/// The four tiers of an alert, in order: blue is the lowest, red the highest.
///
/// The colours follow 突发事件应对法 (2024) article 63. That scale does not cover social incidents. The
/// tiers are therefore the bureau's internal scale and not a statutory public warning (警报).
package enum Tier: String, CaseIterable, Hashable, Comparable, Sendable, Codable {
    /// 蓝, level four: handled in office hours.
    case blue
    /// 黄, level three: the county acts.
    case yellow
    /// 橙, level two: reported to the next higher authority within two hours.
    case orange
    /// 红, level one: the duty officer is called at any hour.
    case red

    /// The rank, from 1 for blue to 4 for red.
    package var rank: Int {
        switch self {
        case .blue: 1
        case .yellow: 2
        case .orange: 3
        case .red: 4
        }
    }

    /// The tier of a rank from 1 to 4; nil for other numbers.
    package init?(rank: Int) {
        guard let tier = Tier.allCases.first(where: { $0.rank == rank }) else { return nil }
        self = tier
    }

    /// The next higher tier; red stays red.
    package var next: Tier { Tier(rank: rank + 1) ?? .red }

    /// Whether the left tier is lower than the right one.
    package static func < (left: Tier, right: Tier) -> Bool {
        left.rank < right.rank
    }
}

/// The kind of an alert. The output contract lists the same kinds.
package enum AlertKind: String, CaseIterable, Hashable, Sendable, Codable {
    /// Layoffs (裁员).
    case layoff
    /// Wage arrears (欠薪).
    case wageArrears = "wage_arrears"
    /// Unpaid social insurance contributions (社保欠缴).
    case socialInsurance = "social_insurance"
    /// Mass unemployment (规模性失业).
    case massUnemployment = "mass_unemployment"
    /// Labour disputes (劳动争议).
    case dispute
    /// A macro indicator is outside its band.
    case indicator
    /// A report is missing.
    case reporting
    /// The monitoring service is impaired.
    case system
}

/// How certain a finding is.
package enum Certainty: String, CaseIterable, Hashable, Sendable, Codable {
    /// Seen in one report only; the next report confirms or withdraws it.
    case provisional
    /// Confirmed by a later report or by a person.
    case confirmed
    /// A reported figure or event crosses a legal threshold. The alert is raised at once and is to
    /// be verified.
    case observed
}

/// The language of a text that a user reads.
package enum Language: String, CaseIterable, Hashable, Sendable, Codable {
    /// Chinese, the default.
    case chinese = "zh-CN"
    /// English.
    case english = "en"
}
