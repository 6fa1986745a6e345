import Alerting
import Deliver
import Labor
import Testing

/// What stands in the text of a message: who did what and why, and how many alerts.
@Suite(.timeLimit(.minutes(20))) struct ChatBodyTests {
    private func text(
        _ message: AlertMessage, _ language: Language = .chinese
    ) async throws -> String {
        let house = ChatHouse(.wecom)
        try await withChat(house, format: .text, language: language) { receiver, _ in
            _ = try await receiver.deliver(message, at: morning)
        }
        return try #require(house.texts.first)
    }

    private var takenOn: AlertNotice {
        var taken = notice(
            "event-3", sequence: 3, what: .acknowledged, title: "西藏甲公司裁员预警已由zhang（代李四）签收")
        taken.event.reason = .takenOn
        taken.event.actor = "zhang"
        taken.event.onBehalfOf = "李四"
        taken.event.level = 1
        taken.event.amount = 756_100_000
        return taken
    }

    @Test func `a body tells why, by whom and how far up, in the words of its language`()
        async throws
    {
        let chinese = try await text(AlertMessage(takenOn))
        #expect(chinese.hasPrefix("【橙色】西藏甲公司裁员预警已由zhang（代李四）签收\n"))
        for line in [
            "期间：2026年10月", "涉及金额：756.1万元", "原因：有人签收", "经办人：zhang（代李四）",
            "督办层级：上一级",
        ] {
            #expect(chinese.contains("\n\(line)\n"), "\(line) in \(chinese)")
        }
        let english = try await text(AlertMessage(takenOn), .english)
        for line in [
            "Period: October 2026", "Amount: 7,561,000 yuan", "Reason: a person took it on",
            "By: zhang for 李四", "Level: one level up",
        ] {
            #expect(english.contains("\n\(line)\n"), "\(line) in \(english)")
        }
    }

    @Test func `three alerts with five events are three alerts`() async throws {
        let notices = [
            notice("a1", episode: "a", title: "甲新发"),
            notice("a2", episode: "a", sequence: 2, what: .tierChanged, tier: .red, title: "甲升级"),
            notice("b1", episode: "b", title: "乙新发"),
            notice("b2", episode: "b", sequence: 2, what: .confirmed, title: "乙证实"),
            notice("c1", episode: "c", tier: .blue, title: "丙新发"),
        ]
        let message = try #require(AlertMessage(group: "g", notices: notices))
        let lines = try await text(message).split(separator: "\n").map(String.init)
        #expect(lines.first == "【红色】裁员减员3件预警（红色1件、橙色1件、蓝色1件）")
        #expect(
            lines.filter { $0.first?.isNumber == true } == [
                "1. 【红色】甲升级（此前：新发预警）", "2. 【橙色】乙证实（此前：新发预警）",
                "3. 【蓝色】新发预警：丙新发",
            ])
    }

    @Test func `several events of one alert are one alert`() async throws {
        let message = try #require(
            AlertMessage(
                group: "g", notices: [notice("event-1"), takenOn]))
        let lines = try await text(message).split(separator: "\n").map(String.init)
        #expect(lines.first == "【橙色】西藏甲公司裁员预警已由zhang（代李四）签收")
        #expect(lines.contains("（此前：新发预警）"))
        #expect(!lines.contains { $0.contains("件预警") })
    }
}
