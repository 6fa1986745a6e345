import Alerting
import Deliver
import Foundation
import Labor

/// 2026-11-05T09:00:00+08:00, when these tests play.
let morning = Instant(seconds: 1_793_840_400)

let secretText = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"

/// A notice about one enterprise.
func notice(
    _ id: String = "event-1", episode: String = "episode-1", sequence: Int = 1,
    at: Instant = morning, what: AlertWhat = .raised, tier: Tier = .orange,
    title: String = "西藏甲公司裁员 126 人"
) -> AlertNotice {
    let event = AlertEvent(
        id: id, alertID: AlertID(rawValue: episode), sequence: sequence, at: at, asOf: at,
        what: what, reason: .thresholdCrossed, fromTier: nil, toTier: tier, fromState: nil,
        toState: .firing, rule: "layoff.statutory", kind: .layoff, certainty: .observed,
        subject: Subject(type: .enterprise, id: "1024", name: "西藏甲公司"),
        period: Period(year: 2026, month: 10), persons: 126, evidence: Evidence(value: 280))
    return AlertNotice(
        event: event,
        texts: [
            .chinese: AlertText(title: title, summary: "减少 126 人。"),
            .english: AlertText(title: "Layoff of 126", summary: "126 fewer."),
        ])
}

extension Receiver {
    /// Hands a single event over.
    func deliver(
        _ notice: AlertNotice, at now: Instant
    ) async throws(DeliveryFailure) -> DeliveryReceipt {
        try await deliver(AlertMessage(notice), at: now)
    }
}

/// Makes an empty file.
func touch(_ path: String, writtenOn seconds: Double? = nil) throws {
    try Data().write(to: URL(fileURLWithPath: path))
    guard let seconds else { return }
    try FileManager.default.setAttributes(
        [.modificationDate: Date(timeIntervalSince1970: seconds)], ofItemAtPath: path)
}
