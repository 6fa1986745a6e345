import ArgumentParser
import Labor

extension Tier: ExpressibleByArgument {
    /// A tier by its code or by its Chinese name.
    public init?(argument: String) {
        let names: [String: Tier] = [
            "蓝": .blue, "蓝色": .blue, "黄": .yellow, "黄色": .yellow, "橙": .orange, "橙色": .orange,
            "红": .red, "红色": .red,
        ]
        guard let tier = Tier(rawValue: argument.lowercased()) ?? names[argument] else {
            return nil
        }
        self = tier
    }
}

extension AlertKind: ExpressibleByArgument {
    /// A kind by its code or by its Chinese name, in the form of the texts or in a shorter form.
    public init?(argument: String) {
        let names: [String: AlertKind] = [
            "裁员减员": .layoff, "裁员": .layoff, "减员": .layoff, "拖欠工资": .wageArrears,
            "欠薪": .wageArrears, "社保欠缴": .socialInsurance, "规模性失业": .massUnemployment,
            "失业": .massUnemployment, "劳动争议": .dispute, "争议": .dispute, "宏观指标": .indicator,
            "指标": .indicator, "报表缺报": .reporting, "缺报": .reporting, "系统运行": .system,
            "系统": .system,
        ]
        guard let kind = AlertKind(rawValue: argument.lowercased()) ?? names[argument] else {
            return nil
        }
        self = kind
    }
}
