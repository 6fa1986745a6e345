import Alerting
import Labor

/// The CAP 1.2 values and texts for the properties of an alert.
enum CAPWords {
    static func status(_ status: CAPProfile.Status) -> String {
        switch status {
        case .actual: "Actual"
        case .exercise: "Exercise"
        case .test: "Test"
        }
    }

    /// The CAP severity of a tier, as weather services map their four warning colours.
    static func severity(_ tier: Tier) -> String {
        switch tier {
        case .red: "Extreme"
        case .orange: "Severe"
        case .yellow: "Moderate"
        case .blue: "Minor"
        }
    }

    /// How soon recipients must act; `Past` for an alert that has ended.
    static func urgency(_ event: AlertEvent) -> String {
        guard event.toState.isOpen else { return "Past" }
        return switch event.toTier {
        case .red, .orange: "Immediate"
        case .yellow: "Expected"
        case .blue: "Future"
        }
    }

    /// A figure from one report only may be an error, so it is `Possible`.
    static func certainty(_ certainty: Certainty) -> String {
        switch certainty {
        case .provisional: "Possible"
        case .confirmed, .observed: "Observed"
        }
    }

    /// What recipients must do: `Execute` the steps of the playbook for orange and red, `Monitor`
    /// for blue and yellow, `AllClear` after the end.
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
