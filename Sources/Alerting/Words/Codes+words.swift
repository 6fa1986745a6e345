package import Labor

/// A contract code that has a readable name in each language.
package protocol Worded: RawRepresentable, Sendable where RawValue == String {
    /// The readable name of the code.
    func words(in language: Language) -> String
}

extension AlertState: Worded {
    /// The name of the state, for tables.
    package func words(in language: Language) -> String {
        let words =
            switch self {
            case .pending: ("待定", "pending")
            case .provisional: ("待核实", "provisional")
            case .firing: ("生效中", "firing")
            case .acknowledged: ("已签收", "acknowledged")
            case .resolved: ("已解除", "resolved")
            case .withdrawn: ("已撤销", "withdrawn")
            }
        return language == .chinese ? words.0 : words.1
    }
}

extension AlertWhat: Worded {
    /// The name of the event type, for headings.
    package func words(in language: Language) -> String {
        let words =
            switch self {
            case .raised: ("新发预警", "New alert")
            case .tierChanged: ("等级调整", "Tier changed")
            case .confirmed: ("核实确认", "Confirmed")
            case .withdrawn: ("撤销预警", "Withdrawn")
            case .acknowledged: ("已签收", "Acknowledged")
            case .escalated: ("升级督办", "Escalated")
            case .reminder: ("催办提醒", "Reminder")
            case .resolved: ("解除预警", "Resolved")
            case .joined: ("情况增加", "Joined")
            case .merged: ("并入在先事件", "Merged")
            }
        return language == .chinese ? words.0 : words.1
    }
}

extension Verdict: Worded {
    /// The name of the verdict, for tables.
    package func words(in language: Language) -> String {
        let words =
            switch self {
            case .confirmed: ("属实", "confirmed")
            case .falseAlarm: ("误报", "false alarm")
            case .transfer: ("人员转移", "transfer")
            case .seasonal: ("季节性", "seasonal")
            }
        return language == .chinese ? words.0 : words.1
    }
}

extension Certainty: Worded {
    /// The name of the certainty, for tables.
    package func words(in language: Language) -> String {
        let words =
            switch self {
            case .provisional: ("待下期核实", "provisional")
            case .confirmed: ("后期证实", "confirmed")
            case .observed: ("已观测", "observed")
            }
        return language == .chinese ? words.0 : words.1
    }
}

extension Tier: Worded {
    /// The name of the tier, for tables.
    package func words(in language: Language) -> String {
        let words =
            switch self {
            case .blue: ("蓝色", "blue")
            case .yellow: ("黄色", "yellow")
            case .orange: ("橙色", "orange")
            case .red: ("红色", "red")
            }
        return language == .chinese ? words.0 : words.1
    }
}

extension AlertKind: Worded {
    /// The name of the alert kind, for tables.
    package func words(in language: Language) -> String {
        let words =
            switch self {
            case .layoff: ("裁员减员", "layoffs")
            case .wageArrears: ("拖欠工资", "wage arrears")
            case .socialInsurance: ("社保欠缴", "social insurance arrears")
            case .massUnemployment: ("规模性失业", "mass unemployment")
            case .dispute: ("劳动争议", "labour dispute")
            case .indicator: ("宏观指标", "indicator")
            case .reporting: ("报表缺报", "missing reports")
            case .system: ("系统运行", "operation of the system")
            }
        return language == .chinese ? words.0 : words.1
    }
}
