import Alerting
import Labor

/// What the reasons of events and deliveries mean, in words.
enum ReasonWords {
    /// The meaning of a reason; nil for one that nobody knows.
    static func words(_ reason: String, _ language: Language) -> String? {
        (fixed[reason] ?? pointing(reason)).map { language == .chinese ? $0.0 : $0.1 }
    }

    /// Reasons that name something: `silenced:12`.
    private static func pointing(_ reason: String) -> (String, String)? {
        let parts = reason.split(separator: ":", maxSplits: 1).map(String.init)
        guard parts.count == 2 else { return nil }
        switch parts[0] {
        case "silenced":
            return ("静默 \(parts[1]) 结束前暂缓", "silence \(parts[1]) holds it back until it ends")
        case "inhibited_by":
            let id = String(parts[1].prefix(8))
            return ("预警 \(id) 结束前暂缓", "alert \(id) holds it back while it runs")
        case "fallback_of":
            return (
                "代替未送达的通知 \(parts[1])", "in place of delivery \(parts[1]), which was given up"
            )
        default: return nil
        }
    }

    private static let fixed: [String: (String, String)] = [
        "threshold_crossed": ("越过阈值", "a threshold was crossed"),
        "tier_rose": ("越过更高一级阈值", "a higher tier's threshold was crossed"),
        "tier_fell": ("降到原等级解除线以下", "it left its tier's clear threshold downward"),
        "later_report_confirms": ("后续报表证实", "a later report shows the same"),
        "later_report_denies": ("后续报表未再出现", "a later report does not show it again"),
        "report_corrected": ("报表已更正", "the figures were corrected"),
        "cause_gone": ("原因已消除并持续足够时间", "its cause has been gone for long enough"),
        "reminder_due": ("到期提醒", "a reminder was due"),
        "repeat_due": ("到期重复通知", "it stands unanswered and was told again"),
        "clock_ran_out": (
            "时限内无人签收", "nobody answered before the clock ran out"
        ),
        "taken_on": ("有人接手", "a person took it on"),
        "ended_by_person": ("人工结束", "a person ended it"),
        "enterprise_removed": (
            "数据源中已无该企业", "the source no longer has the enterprise"
        ),
        "region_removed": (
            "该地区代码已撤销或已无监测企业",
            "its region was abolished, or no monitored enterprise is left in it"
        ),
        "industry_removed": (
            "该行业代码已撤销或该地区已无此行业监测企业",
            "its industry was abolished, or no monitored enterprise of it is left in the region"
        ),
        "indicator_removed": (
            "数据源中已无该地区的此项指标", "the source no longer has the indicator of the region"
        ),
        "rule_removed": ("规则已移除", "its rule was removed"),
        "tier_not_wanted": ("该接收方不收此等级", "the receiver does not want this tier"),
        "kind_not_wanted": ("该接收方不收此类别", "the receiver does not want this kind"),
        "region_not_wanted": ("该接收方不收此地区", "the receiver does not want this region"),
        "over": ("后续事项已先送达", "the receiver was told of what followed already"),
        "not_routed": ("没有路由通知该接收方", "no route leads to the receiver"),
        "receiver_removed": ("接收方已从配置中移除", "the receiver is no longer configured"),
    ]
}
