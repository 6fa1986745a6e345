import Alerting
import Labor

/// How the words of an alert read in CAP 1.2.
enum CAPWords {
    static func status(_ status: CAPProfile.Status) -> String {
        switch status {
        case .actual: "Actual"
        case .exercise: "Exercise"
        case .test: "Test"
        }
    }

    /// The four colours as severities, as weather offices of four colours have them.
    static func severity(_ tier: Tier) -> String {
        switch tier {
        case .red: "Extreme"
        case .orange: "Severe"
        case .yellow: "Moderate"
        case .blue: "Minor"
        }
    }

    /// How soon somebody has to act; what has ended lies behind.
    static func urgency(_ event: AlertEvent) -> String {
        guard event.toState.isOpen else { return "Past" }
        return switch event.toTier {
        case .red, .orange: "Immediate"
        case .yellow: "Expected"
        case .blue: "Future"
        }
    }

    /// A figure of one report only may be a slip of the pen.
    static func certainty(_ certainty: Certainty) -> String {
        switch certainty {
        case .provisional: "Possible"
        case .confirmed, .observed: "Observed"
        }
    }

    /// What readers are to do: the steps of the playbook for the upper tiers, eyes open for the
    /// lower ones.
    static func response(_ event: AlertEvent) -> String {
        guard event.toState.isOpen else { return "AllClear" }
        return event.toTier >= .orange ? "Execute" : "Monitor"
    }

    static func kind(_ kind: AlertKind, _ language: Language) -> String {
        switch (kind, language) {
        case (.layoff, .chinese): "裁员减员"
        case (.layoff, .english): "Layoffs"
        case (.wageArrears, .chinese): "拖欠工资"
        case (.wageArrears, .english): "Wage arrears"
        case (.socialInsurance, .chinese): "社会保险欠缴"
        case (.socialInsurance, .english): "Social insurance arrears"
        case (.massUnemployment, .chinese): "规模性失业"
        case (.massUnemployment, .english): "Mass unemployment"
        case (.dispute, .chinese): "劳动争议"
        case (.dispute, .english): "Labour dispute"
        case (.indicator, .chinese): "就业指标异常"
        case (.indicator, .english): "Labour market indicator"
        case (.reporting, .chinese): "未按期报送"
        case (.reporting, .english): "Missing report"
        case (.system, .chinese): "监测系统异常"
        case (.system, .english): "Monitoring impaired"
        }
    }

    static func restriction(_ language: Language) -> String {
        switch language {
        case .chinese: "仅限人力资源社会保障部门内部使用，不属于公开预警"
        case .english: "For labour authorities only; not a public warning"
        }
    }

    static func area(_ language: Language) -> String {
        switch language {
        case .chinese: "本辖区"
        case .english: "The whole jurisdiction"
        }
    }
}
