import Alerting
import Labor
import Store

/// The whole chain behind one event of an alert: what was measured and expected, the threshold and
/// its source, whether the same comes out today, states, receivers, deliveries and the verdict.
struct Explanation {
    let history: AlertHistory
    /// The event that is explained; nil for an alert without any.
    let notice: AlertNotice?
    let recomputation: Recomputation
    /// The figures to draw: staff where it is an enterprise, and what the evidence lists.
    let courses: [Course]
    /// What the rule is for; nil when it is not in the catalogue.
    let purpose: String?
    let language: Language
    let zone: Zone

    /// The event that is explained when nobody names one: the newest that opened a tier, for a
    /// reader asks why the alarm is as high as it is, not what the figures of the end were.
    static func decisive(_ history: AlertHistory) -> AlertNotice? {
        history.notices.last { $0.event.decidesTier } ?? history.notices.first
    }

    /// The event whose id is, or begins with, a text.
    /// - Throws: `Failure` when there is none, or more than one.
    static func event(_ id: String, of history: AlertHistory) throws -> AlertNotice {
        let found = history.notices.filter { $0.event.id.hasPrefix(id.lowercased()) }
        guard let notice = found.first, found.count == 1, !id.isEmpty else {
            let ids = history.notices.map { "\($0.event.what.rawValue) \($0.event.id)" }
            throw Failure(
                exitCode: 1,
                "the alert has \(found.count > 1 ? "several events" : "no event") '\(id)'",
                hint: "its events are " + ids.joined(separator: ", "))
        }
        return notice
    }

    /// How the command ends: what disagrees is a failed check, what cannot be read is out of reach.
    var failure: Failure? {
        switch recomputation.result {
        case .agrees, .skipped, .notApplicable: return nil
        case .disagrees(let differences, _):
            return Failure(
                exitCode: 1,
                "computed anew, \(differences.count) of the event's figures differ from what was "
                    + "stored",
                hint: "the explanation lists each, with the likely reason")
        case .unreachable(let failure):
            return Failure(
                exitCode: 3, "nothing was computed anew: \(failure.message)",
                hint: "--no-recompute explains from what was stored alone")
        }
    }

    /// The deliveries of the event that is explained: who it went to, and who not.
    var route: [DeliveryRecord] {
        history.deliveries.filter { $0.eventID == notice?.event.id }
    }

    func say(_ chinese: String, _ english: String) -> String {
        language == .chinese ? chinese : english
    }

    /// What a cause means.
    func words(_ cause: Recomputation.Cause) -> String {
        switch cause {
        case .ruleGone:
            say("规则已删除或停用", "the rule was taken out of the catalogue, or disabled")
        case .thresholdChanged:
            say("此后规则的阈值已修改", "the rule's threshold was changed since")
        case .rowsCame:
            say(
                "此后补入了报送时间更早的数据行", "rows came later that bear an older reported_at")
        case .rowsGone:
            say("当时所用的数据行已不在或被暂缓采用", "rows that were used are gone, or held back")
        case .subjectMoved:
            say("对象的地区或行业已变更", "the subject's region or industry was changed")
        case .elsewhere:
            say(
                "自身数据与阈值一致：可能是同类企业或单元内其他企业补报，或规则参数已修改",
                "own rows and thresholds agree: rows of peers or of the cell came late, or a "
                    + "parameter of the rule was changed")
        }
    }

    /// What a reason of an event or delivery means.
    func words(_ reason: String) -> String? {
        let words: [String: (String, String)] = [
            "threshold_crossed": ("越过阈值", "a threshold was crossed"),
            "tier_rose": ("越过更高一级阈值", "a higher tier's threshold was crossed"),
            "tier_fell": ("降到原等级解除线以下", "it left its tier's clear threshold downward"),
            "later_report_confirms": ("后续报表证实", "a later report shows the same"),
            "later_report_denies": ("后续报表未再出现", "a later report does not show it again"),
            "report_corrected": ("报表已更正", "the figures were corrected"),
            "cause_gone": ("原因已消除并持续足够时间", "its cause has been gone for long enough"),
            "reminder_due": ("到期提醒", "a reminder was due"),
            "clock_ran_out": (
                "时限内无人签收", "nobody answered before the clock ran out"
            ),
            "taken_on": ("有人接手", "a person took it on"),
            "ended_by_person": ("人工结束", "a person ended it"),
            "rule_removed": ("规则已移除", "its rule was removed"),
            "tier_not_wanted": ("该接收方不收此等级", "the receiver does not want this tier"),
            "kind_not_wanted": ("该接收方不收此类别", "the receiver does not want this kind"),
            "region_not_wanted": ("该接收方不收此地区", "the receiver does not want this region"),
            "over": ("后续事项已先送达", "the receiver was told of what followed already"),
        ]
        return words[reason].map { say($0.0, $0.1) }
    }
}
