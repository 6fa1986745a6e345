/// The four tiers of an alert, ordered: blue is the lowest, red the highest.
///
/// The colours follow 突发事件应对法 (2024) article 63, whose scale does not itself cover social
/// incidents: they are the bureau's own internal scale and no statutory public warning (警报).
package enum Tier: String, CaseIterable, Hashable, Comparable, Sendable, Codable {
    /// 蓝, level four: known and looked at in office hours.
    case blue
    /// 黄, level three: the county acts.
    case yellow
    /// 橙, level two: reported upward within two hours.
    case orange
    /// 红, level one: wakes the duty officer.
    case red

    /// 1 for blue to 4 for red.
    package var rank: Int {
        switch self {
        case .blue: 1
        case .yellow: 2
        case .orange: 3
        case .red: 4
        }
    }

    /// The tier of a rank from 1 to 4; nil outside.
    package init?(rank: Int) {
        guard let tier = Tier.allCases.first(where: { $0.rank == rank }) else { return nil }
        self = tier
    }

    /// One tier higher; red stays red.
    package var next: Tier { Tier(rank: rank + 1) ?? .red }

    /// Whether the left tier is lower than the right one.
    package static func < (left: Tier, right: Tier) -> Bool {
        left.rank < right.rank
    }
}

/// What an alert is about (design: the contract's list of kinds).
package enum AlertKind: String, CaseIterable, Hashable, Sendable, Codable {
    /// 裁员.
    case layoff
    /// 欠薪.
    case wageArrears = "wage_arrears"
    /// 社保欠缴.
    case socialInsurance = "social_insurance"
    /// 规模性失业.
    case massUnemployment = "mass_unemployment"
    /// 劳动争议.
    case dispute
    /// A macro indicator outside its band.
    case indicator
    /// A report that is missing.
    case reporting
    /// The watching itself is impaired.
    case system
}

/// How sure a finding is.
package enum Certainty: String, CaseIterable, Hashable, Sendable, Codable {
    /// Seen in one report; the next one confirms or withdraws it.
    case provisional
    /// Held by a later report or by a person.
    case confirmed
    /// A threshold of law or an event, crossed by a reported figure: fires at once, to be verified.
    case observed
}

/// The language of a text that a user reads.
package enum Language: String, CaseIterable, Hashable, Sendable, Codable {
    /// Chinese, the default.
    case chinese = "zh-CN"
    /// English.
    case english = "en"
}
