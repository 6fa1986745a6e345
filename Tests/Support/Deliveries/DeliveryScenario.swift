import Alerting
package import Labor

/// One case of the conformance suite: a script, and the record that every outbox must give.
package struct DeliveryScenario: Sendable, CustomStringConvertible {
    /// The behaviour that the case checks.
    package let description: String
    /// The record that a conforming outbox gives, one line per step.
    package let expected: [String]
    private let script: @Sendable (inout DeliveryStage) async throws -> Void

    /// A scenario from its parts.
    init(
        _ description: String, expected: [String],
        _ script: @escaping @Sendable (inout DeliveryStage) async throws -> Void
    ) {
        self.description = description
        self.expected = expected
        self.script = script
    }

    /// Runs the script on an outbox without other deliveries.
    /// - Returns: the record.
    package func play(on store: any DeliveryStore) async throws -> [String] {
        var stage = DeliveryStage(
            store, at: DeliveryScenario.start, receivers: ["file", "hook", "duty"])
        try await script(&stage)
        return stage.record
    }

    /// The start of every scenario: 2026-11-05T12:00:00Z.
    package static let start = Instant(seconds: 1_793_880_000)

    /// The whole suite.
    package static let all = claims + groups + settling + holding + fallbacks + people
}

// MARK: - Claims and their order

extension DeliveryScenario {
    private static let claims: [DeliveryScenario] = [
        DeliveryScenario(
            "the events of an alert reach a receiver one after the other",
            expected: [
                "claim file try 0: 1 raised | file try 0: 2 raised", "delivered counts",
                "delivered counts", "claim file try 0: 1 confirmed", "delivered counts",
                "claim file try 0: 1 resolved", "claim nothing",
            ]
        ) { stage in
            try await stage.cycle(
                [.init(1, .raised), .init(1, .confirmed), .init(1, .resolved), .init(2, .raised)],
                to: ["file"])
            try await stage.claim(["file"])
            try await stage.settle(.delivered)
            try await stage.settle(.delivered)
            try await stage.claim(["file"])
            try await stage.settle(.delivered)
            try await stage.claim(["file"])
            try await stage.claim(["file"])
        },
        DeliveryScenario(
            "of several receivers the oldest due deliveries come first, up to the limit",
            expected: [
                "claim file try 0: 1 raised | hook try 0: 1 raised",
                "claim file try 0: 2 raised", "claim hook try 0: 2 raised",
            ]
        ) { stage in
            try await stage.cycle([.init(1, .raised)], to: ["file", "hook"])
            stage.pass(5)
            try await stage.cycle([.init(2, .raised)], to: ["file", "hook"])
            try await stage.claim(["hook", "file"], limit: 2)
            try await stage.claim(["hook", "file"], limit: 1)
            try await stage.claim(["hook", "file"], limit: 9)
        },
        DeliveryScenario(
            "no delivery is claimed before its due time",
            expected: ["claim nothing", "next 30", "claim file try 0: 1 raised", "next 60"]
        ) { stage in
            let later = stage.now.adding(seconds: 30)
            try await stage.cycle([.init(1, .raised)], to: ["file"]) { $0.notBefore = later }
            try await stage.claim(["file"])
            try await stage.nextDue(["file"])
            stage.pass(30)
            try await stage.claim(["file"])
            try await stage.nextDue(["file"])
        },
        DeliveryScenario(
            "a lapsed claim is free again, and its late result is ignored",
            expected: [
                "claim file try 0: 1 raised", "claim nothing", "claim file try 0: 1 raised",
                "dead is late", "delivered counts", "1/1 file delivered",
            ]
        ) { stage in
            try await stage.cycle([.init(1, .raised)], to: ["file"])
            try await stage.claim(["file"])
            stage.pass(59)
            try await stage.claim(["file"])
            stage.pass(1)
            try await stage.claim(["file"])
            try await stage.settle(.dead, fallback: "duty")
            try await stage.settle(.delivered)
            try await stage.look()
        },
        DeliveryScenario(
            "a late result counts while nobody else has claimed the delivery",
            expected: ["claim file try 0: 1 raised", "delivered counts", "next never"]
        ) { stage in
            try await stage.cycle([.init(1, .raised)], to: ["file"])
            try await stage.claim(["file"])
            stage.pass(600)
            try await stage.settle(.delivered)
            try await stage.nextDue(["file"])
        },
        DeliveryScenario(
            "a new leader cancels the claims of its predecessor",
            expected: [
                "claim file try 0: 1 raised", "free 1", "free 0", "claim file try 0: 1 raised",
                "delivered is late", "delivered counts",
            ]
        ) { stage in
            try await stage.cycle([.init(1, .raised)], to: ["file"])
            try await stage.claim(["file"])
            try await stage.releaseClaims()
            try await stage.releaseClaims()
            try await stage.claim(["file"])
            try await stage.settle(.delivered)
            try await stage.settle(.delivered)
        },
        DeliveryScenario(
            "a dead letter does not block the later events of its alert",
            expected: [
                "claim file try 0: 1 raised", "dead counts", "claim file try 0: 1 confirmed",
                "1/1 file dead", "1/2 file pending",
            ]
        ) { stage in
            try await stage.cycle([.init(1, .raised), .init(1, .confirmed)], to: ["file"])
            try await stage.claim(["file"])
            try await stage.settle(.dead)
            try await stage.claim(["file"])
            try await stage.look()
        },
    ]
}

// MARK: - Groups

extension DeliveryScenario {
    private static let groups: [DeliveryScenario] = [
        DeliveryScenario(
            "a group is one message, each alert's events in their order",
            expected: [
                "claim file try 0: 3 raised | file in g try 0: 1 raised, 2 raised, 1 confirmed"
            ]
        ) { stage in
            try await stage.cycle(
                [.init(1, .raised), .init(1, .confirmed), .init(2, .raised)], to: ["file"]
            ) { $0.group = "g" }
            try await stage.cycle([.init(3, .raised)], to: ["file"])
            try await stage.claim(["file"])
        },
        DeliveryScenario(
            "of the groups of a receiver one is claimed at a time",
            expected: [
                "claim file in g try 0: 1 raised", "claim file in h try 0: 2 raised",
                "claim nothing",
            ]
        ) { stage in
            try await stage.cycle([.init(1, .raised)], to: ["file"]) { $0.group = "g" }
            try await stage.cycle([.init(2, .raised)], to: ["file"]) { $0.group = "h" }
            try await stage.claim(["file"])
            try await stage.claim(["file"])
            try await stage.claim(["file"])
        },
        DeliveryScenario(
            "an event waits for the earlier event that is in another group",
            expected: [
                "claim file in g try 0: 1 raised", "claim file in h try 0: 2 raised",
                "delivered counts", "claim file in h try 0: 1 confirmed",
            ]
        ) { stage in
            try await stage.cycle([.init(1, .raised)], to: ["file"]) { $0.group = "g" }
            try await stage.cycle([.init(1, .confirmed), .init(2, .raised)], to: ["file"]) {
                $0.group = "h"
            }
            try await stage.claim(["file"])
            try await stage.claim(["file"])
            try await stage.settle(.delivered)
            try await stage.claim(["file"])
        },
        DeliveryScenario(
            "the first message includes deliveries that joined the group while it waited",
            expected: ["claim nothing", "next 10", "claim file in g try 0: 1 raised, 2 raised"]
        ) { stage in
            let soon = stage.now.adding(seconds: 30)
            let later = stage.now.adding(seconds: 50)
            try await stage.cycle([.init(1, .raised)], to: ["file"]) {
                $0.group = "g"
                $0.notBefore = soon
            }
            stage.pass(20)
            try await stage.cycle([.init(2, .raised)], to: ["file"]) {
                $0.group = "g"
                $0.notBefore = later
            }
            try await stage.claim(["file"])
            try await stage.nextDue(["file"])
            stage.pass(10)
            try await stage.claim(["file"])
        },
        DeliveryScenario(
            "the next message of a group keeps the interval, a further try does not",
            expected: [
                "claim file in g try 0: 1 raised", "delivered counts", "claim nothing", "next 300",
                "claim file in g try 0: 2 raised", "retry counts",
                "claim file in g try 1: 2 raised",
            ]
        ) { stage in
            for number in 1...2 {
                try await stage.cycle([.init(number, .raised)], to: ["file"]) {
                    $0.group = "g"
                    $0.groupInterval = 300
                }
                try await stage.claim(["file"])
                if number == 1 { try await stage.settle(.delivered) }
            }
            try await stage.nextDue(["file"])
            stage.pass(300)
            try await stage.claim(["file"])
            try await stage.settle(.retry(at: stage.now.adding(seconds: 5)))
            stage.pass(5)
            try await stage.claim(["file"])
        },
        DeliveryScenario(
            "an interval that ends in quiet hours is extended to their end",
            expected: [
                "claim file in g try 0: 1 raised", "delivered counts", "next 7200",
                "claim nothing", "claim file in g try 0: 2 raised",
            ]
        ) { stage in
            let quiet = QuietTime(
                from: stage.now.adding(seconds: 200), until: stage.now.adding(seconds: 7_200))
            try await stage.cycle([.init(1, .raised)], to: ["file"]) { $0.group = "g" }
            try await stage.claim(["file"])
            try await stage.settle(.delivered)
            try await stage.cycle([.init(2, .raised)], to: ["file"]) {
                $0.group = "g"
                $0.groupInterval = 300
                $0.quiet = quiet
            }
            try await stage.nextDue(["file"])
            stage.pass(7_199)
            try await stage.claim(["file"])
            stage.pass(1)
            try await stage.claim(["file"])
        },
        DeliveryScenario(
            "a failed message is repeated unchanged, and a new delivery is sent separately",
            expected: [
                "claim file in g try 0: 1 raised, 2 raised", "retry counts",
                "claim file in g try 0: 3 raised", "claim file in g try 1: 1 raised, 2 raised",
            ]
        ) { stage in
            try await stage.cycle([.init(1, .raised), .init(2, .raised)], to: ["file"]) {
                $0.group = "g"
            }
            try await stage.claim(["file"])
            try await stage.settle(.retry(at: stage.now.adding(seconds: 30)))
            try await stage.cycle([.init(3, .raised)], to: ["file"]) { $0.group = "g" }
            try await stage.claim(["file"])
            stage.pass(30)
            try await stage.claim(["file"])
        },
        DeliveryScenario(
            "a waiting delivery does not join a later event whose group must keep its interval",
            expected: ["claim file in day try 0: 1 raised", "delivered counts", "next 200"]
        ) { stage in
            let later = stage.now.adding(seconds: 200)
            let night = QuietTime(
                from: stage.now.adding(seconds: 100), until: stage.now.adding(seconds: 9_000))
            try await stage.cycle([.init(1, .raised)], to: ["file"]) { $0.group = "day" }
            try await stage.claim(["file"])
            try await stage.settle(.delivered)
            try await stage.cycle([.init(2, .raised, .red)], to: ["file"]) {
                $0.group = "red"
                $0.notBefore = later
            }
            try await stage.cycle([.init(2, .tierChanged, .blue)], to: ["file"]) {
                $0.group = "day"
                $0.groupInterval = 300
                $0.quiet = night
            }
            try await stage.nextDue(["file"])
        },
        DeliveryScenario(
            "a waiting delivery is sent together with a later event that may be sent sooner",
            expected: [
                "next 0", "claim file in red try 0: 1 raised, 1 tier_changed",
            ]
        ) { stage in
            let morning = stage.now.adding(seconds: 600)
            try await stage.cycle([.init(1, .raised), .init(2, .raised)], to: ["file"]) {
                $0.group = "day"
                $0.groupInterval = 60
                $0.notBefore = morning
            }
            try await stage.cycle([.init(1, .tierChanged, .red)], to: ["file"]) {
                $0.group = "red"
            }
            try await stage.nextDue(["file"])
            try await stage.claim(["file"])
        },
    ]
}
