import Alerting
import Labor

// MARK: - Fallbacks

extension DeliveryScenario {
    static let fallbacks: [DeliveryScenario] = [
        DeliveryScenario(
            "the fallback gets a failed delivery once, with the same group",
            expected: [
                "claim file in g try 0: 1 raised, 2 raised", "dead counts",
                "claim duty in g try 0: 1 raised, 2 raised", "1/1 duty pending for 1/1 file in g",
                "1/1 file dead", "2/1 duty pending for 2/1 file in g", "2/1 file dead",
            ]
        ) { stage in
            try await stage.cycle([.init(1, .raised), .init(2, .raised)], to: ["file"]) {
                $0.group = "g"
            }
            try await stage.claim(["file"])
            try await stage.settle(.dead, fallback: "duty")
            try await stage.claim(["duty"])
            try await stage.look()
        },
        DeliveryScenario(
            "the fallback gets events that its filter excludes, but no silenced ones",
            expected: [
                "claim file try 0: 1 raised | file try 0: 2 raised", "dead counts", "dead counts",
                "1/1 duty pending for 1/1 file", "1/1 file dead",
                "2/1 duty suppressed silenced:7, held", "2/1 file dead",
            ]
        ) { stage in
            for (number, reason) in [(1, DeliveryReason.tierNotWanted), (2, .silenced(by: 7))] {
                try await stage.cycle([.init(number, .raised)], to: ["file", "duty"]) { order in
                    if order.receiver == "duty" { order.suppressed = reason }
                }
            }
            try await stage.claim(["file"])
            for _ in 1...2 { try await stage.settle(.dead, fallback: "duty") }
            try await stage.look()
        },
        DeliveryScenario(
            "a fallback that has a later event does not get the earlier one",
            expected: [
                "claim duty try 0: 1 resolved", "delivered counts", "claim file try 0: 1 raised",
                "dead counts", "1/1 duty dropped over", "1/1 file dead", "1/2 duty delivered",
                "1/2 file pending",
            ]
        ) { stage in
            try await stage.cycle([.init(1, .raised)], to: ["file"])
            try await stage.cycle([.init(1, .resolved)], to: ["file", "duty"])
            try await stage.claim(["duty"])
            try await stage.settle(.delivered)
            try await stage.claim(["file"])
            try await stage.settle(.dead, fallback: "duty")
            try await stage.look()
        },
        DeliveryScenario(
            "a fallback to which a later event is being sent does not get the earlier one",
            expected: [
                "claim duty try 0: 1 confirmed", "claim file try 0: 1 raised",
                "delivered counts", "dead counts", "claim nothing",
            ]
        ) { stage in
            try await stage.cycle([.init(1, .raised)], to: ["file"])
            try await stage.cycle([.init(1, .confirmed)], to: ["duty"])
            try await stage.claim(["duty"])
            try await stage.claim(["file"])
            try await stage.settle(.delivered)
            try await stage.settle(.dead, fallback: "duty")
            try await stage.claim(["duty"])
        },
        DeliveryScenario(
            "a receiver that gets an event as a fallback also gets the later events",
            expected: [
                "claim file try 0: 1 raised", "dead counts", "1/1 duty pending for 1/1 file",
                "1/1 file dead", "1/2 duty pending", "1/2 file pending",
                "1/3 duty suppressed silenced:7, held", "1/3 file pending",
            ]
        ) { stage in
            try await stage.cycle([.init(1, .raised)], to: ["file"])
            try await stage.cycle([.init(1, .confirmed)], to: ["file", "duty"]) { order in
                if order.receiver == "duty" { order.suppressed = .tierNotWanted }
            }
            try await stage.cycle([.init(1, .reminder)], to: ["file", "duty"]) { order in
                if order.receiver == "duty" { order.suppressed = .silenced(by: 7) }
            }
            try await stage.claim(["file"])
            try await stage.settle(.dead, fallback: "duty")
            try await stage.look()
        },
        DeliveryScenario(
            "a held fallback is a fallback again after its release",
            expected: [
                "claim file try 0: 1 raised", "dead counts", "hold 1", "claim nothing",
                "release 1", "claim duty try 0: 1 raised", "1/1 duty pending for 1/1 file",
                "1/1 file dead", "1/2 duty pending",
            ]
        ) { stage in
            try await stage.cycle([.init(1, .raised)], to: ["file"])
            try await stage.claim(["file"])
            try await stage.settle(.dead, fallback: "duty")
            try await stage.hold(["duty"], by: 7)
            try await stage.claim(["duty"])
            try await stage.cycle([.init(1, .confirmed)], to: ["duty"]) {
                $0.suppressed = .tierNotWanted
            }
            try await stage.release(["duty"])
            try await stage.claim(["duty"])
            try await stage.look()
        },
        DeliveryScenario(
            "a cycle of fallbacks ends at its first receiver",
            expected: [
                "claim file try 0: 1 raised", "dead counts", "claim duty try 0: 1 raised",
                "dead counts", "claim nothing", "1/1 duty dead for 1/1 file", "1/1 file dead",
            ]
        ) { stage in
            try await stage.cycle([.init(1, .raised)], to: ["file"])
            for (receiver, heir) in [("file", "duty"), ("duty", "file")] {
                try await stage.claim([receiver])
                try await stage.settle(.dead, fallback: heir)
            }
            try await stage.claim(["file", "duty"])
            try await stage.look()
        },
    ]
}

// MARK: - Requests of people

extension DeliveryScenario {
    static let people: [DeliveryScenario] = [
        DeliveryScenario(
            "a retried dead letter gets a new series of tries, unless it was overtaken",
            expected: [
                "claim file try 0: 1 raised | file try 0: 2 raised", "dead counts", "dead counts",
                "claim file try 0: 1 resolved", "retry 1, over 0", "delivered counts",
                "retry 0, over 1", "claim file try 0: 2 raised", "1/1 file dropped over",
                "1/2 file delivered", "2/1 file pending",
            ]
        ) { stage in
            try await stage.cycle(
                [.init(1, .raised), .init(1, .resolved), .init(2, .raised)], to: ["file"])
            try await stage.claim(["file"])
            for _ in 1...2 { try await stage.settle(.dead) }
            try await stage.claim(["file"])
            try await stage.retry("file")
            try await stage.settle(.delivered)
            try await stage.retry("file")
            try await stage.claim(["file"])
            try await stage.look()
        },
        DeliveryScenario(
            "the deliveries of a removed receiver can be dropped, also claimed ones",
            expected: [
                "claim file try 0: 1 raised", "drop 2", "delivered is late", "claim nothing",
                "1/1 file dropped receiver_removed", "1/2 file dropped receiver_removed",
            ]
        ) { stage in
            try await stage.cycle([.init(1, .raised), .init(1, .confirmed)], to: ["file"])
            try await stage.claim(["file"])
            try await stage.drop("file")
            try await stage.settle(.delivered)
            try await stage.claim(["file"])
            try await stage.look()
        },
    ]
}
