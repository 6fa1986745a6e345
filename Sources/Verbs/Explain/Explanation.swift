import Alerting
import Labor
import Settings
import Store

/// All facts on which one event of an alert is based: measured and expected values, the threshold
/// and its source, the result of the re-computation, states, receivers, deliveries and the verdict.
struct Explanation {
    let history: AlertHistory
    /// The explained event; nil for an alert without events.
    let notice: AlertNotice?
    let recomputation: Recomputation
    /// The courses to draw: the staff of an enterprise, and the figures of the evidence.
    let courses: [Course]
    /// The ways to the receivers by the present routing; empty if the source was not read.
    let ways: [Decision]
    /// The description of the rule; nil if the catalogue does not contain the rule.
    let purpose: String?
    /// The names of measures, marks and limits.
    let book: Phrasebook
    let language: Language
    let zone: Zone

    /// The event that is explained by default: the newest event that raised the alert or its tier,
    /// because a reader asks why the tier is as high as it is. Without such an event it is the
    /// first event; nil when the history has no events.
    static func decisive(_ history: AlertHistory) -> AlertNotice? {
        history.notices.last { $0.event.decidesTier } ?? history.notices.first
    }

    /// The event whose id is, or begins with, a text.
    /// - Throws: `Failure` if no event or more than one event matches.
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

    /// The failure with which the command ends: exit code 1 when a figure differs, 3 when the
    /// source cannot be read; nil otherwise.
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

    /// The receivers of the explained event with their routes, and the receivers that did not get
    /// it.
    func route(_ format: Listing.Format) -> Listing {
        let deliveries = history.deliveries.filter { $0.eventID == notice?.event.id }
        // In the order of the configuration, as in `routes test`; removed receivers follow.
        let present = ways.flatMap { way in
            deliveries.filter { $0.receiver == way.receiver }.map { RouteTable.Row($0, way: way) }
        }
        let others = deliveries.filter { one in !ways.contains { $0.receiver == one.receiver } }
        return RouteTable(zone: zone, language: language).listing(
            present + others.map { RouteTable.Row($0, way: nil) }, format)
    }

    func say(_ chinese: String, _ english: String) -> String {
        language == .chinese ? chinese : english
    }

    /// The meaning of a cause.
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
}
