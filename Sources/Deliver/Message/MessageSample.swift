package import Alerting
package import Labor

/// Artificial messages to test templates and receivers.
package enum MessageSample {
    /// A message that is marked as a test.
    /// - Parameters:
    ///   - id: the id of the test; it must differ between tests.
    ///   - tier: the tier of the test alert, which decides colour and mentions.
    ///   - now: the time of sending.
    package static func test(id: String, tier: Tier, at now: Instant, day: Day) -> AlertMessage {
        AlertMessage(notice(id: id, tier: tier, at: now, day: day), isTest: true)
    }

    /// Two samples: a message with one alert and a group of two alerts.
    static func lists(_ language: Language) -> [[MessageEntry]] {
        let now = Instant(seconds: 1_793_840_400)
        let notices = [Tier.red, .blue].map {
            notice(id: "sample-\($0.rawValue)", tier: $0, at: now, day: Zone.shanghai.day(now))
        }
        return [1, 2].map { count in
            notices.prefix(count).compactMap {
                MessageEntry($0, language: language, zone: .shanghai, selfLinkBase: nil)
            }
        }
    }

    private static func notice(id: String, tier: Tier, at now: Instant, day: Day) -> AlertNotice {
        let event = AlertEvent(
            id: id, alertID: AlertID(rawValue: id), sequence: 1, at: now, asOf: now,
            what: .raised, reason: .thresholdCrossed, fromTier: nil, toTier: tier, fromState: nil,
            toState: .firing, rule: "laborwatch.test", kind: .system, certainty: .observed,
            subject: Subject(type: .system, id: "test", name: "laborwatch"),
            period: Period(year: day.civil.year, month: day.civil.month), persons: 0, share: 0,
            amount: 0, evidence: Evidence(value: 0))
        return AlertNotice(
            event: event,
            texts: [
                .chinese: AlertText(
                    title: "TEST 测试：请忽略",
                    summary: "这是一条测试消息，用来检查接收方是否接通，不是真实预警。",
                    region: "测试", steps: ["无需处置"], responsible: "测试"),
                .english: AlertText(
                    title: "TEST 测试: please ignore",
                    summary: "This is a test of the receiver and no real alert.",
                    region: "test", steps: ["Do nothing"], responsible: "test"),
            ], dueAt: now)
    }
}
