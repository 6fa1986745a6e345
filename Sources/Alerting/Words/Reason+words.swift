package import Labor

extension Reason: Worded {
    /// The cause of an event as a clause. The switch is exhaustive, so a new reason without texts
    /// does not compile.
    package func words(in language: Language) -> String {
        let words =
            switch self {
            case .thresholdCrossed: ("达到发出界限", "a threshold was crossed")
            case .tierRose: ("达到更高一级界限", "the threshold of a higher tier was crossed")
            case .tierFell:
                ("降到原等级解除线以下", "the figures fell below the clear threshold of the tier")
            case .laterReportConfirms: ("后续报表证实", "a later report shows the same")
            case .figuresStand:
                (
                    "此后情况没有继续发展，但原数据未变",
                    "nothing further happened, but the figures that raised it are unchanged"
                )
            case .laterReportDenies: ("后续报表未再出现", "a later report does not show it")
            case .reportCorrected: ("报表已更正", "the report was corrected")
            case .causeGone: ("原因已消除并持续足够时间", "the cause has been gone for long enough")
            case .reminderDue: ("到期催办", "a reminder was due")
            case .repeatDue: ("无人签收，按路由重复通知", "nobody has taken it on, so it is repeated")
            case .clockRanOut: ("时限内无人签收", "nobody took it on in time")
            case .takenOn: ("有人签收", "a person took it on")
            case .endedByPerson: ("人工结束", "a person ended it")
            case .enterpriseRemoved:
                ("数据源中已无该单位", "the source no longer has the enterprise")
            case .regionRemoved:
                (
                    "该地区已撤销或已无监测企业",
                    "its region was abolished or has no monitored enterprise left"
                )
            case .industryRemoved:
                (
                    "该行业代码已停用，或该地区已无此行业的监测企业",
                    "its industry code was abolished, or no monitored enterprise of it is left"
                )
            case .indicatorRemoved:
                (
                    "数据源中已无该地区的此项指标",
                    "the source no longer has this indicator of the region"
                )
            case .becameCredible:
                ("经核对已可采信", "what was on record only has become credible")
            case .anotherKind: ("出现另一类情况", "an alert of another kind joined")
            case .sameIncident: ("与在先事件为同一事件", "it is one with an earlier incident")
            case .adopted:
                (
                    "预警在程序升级前已发出",
                    "its alerts were raised before the program knew incidents"
                )
            case .alertsEnded: ("所含预警均已结束", "all of its alerts have ended")
            case .ruleRemoved: ("规则已停用或移除", "its rule was switched off or removed")
            }
        return language == .chinese ? words.0 : words.1
    }
}
