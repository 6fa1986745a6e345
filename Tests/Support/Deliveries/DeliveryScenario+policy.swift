import Alerting
import Labor

// MARK: - Results of tries

extension DeliveryScenario {
    static let settling: [DeliveryScenario] = [
        DeliveryScenario(
            "a failed delivery waits for the schedule and blocks later events of its alert",
            expected: [
                "claim file try 0: 1 raised", "retry counts", "claim nothing", "next 60",
                "claim file try 1: 1 raised", "snooze counts", "next 30",
                "claim file try 1: 1 raised",
            ]
        ) { stage in
            try await stage.cycle([.init(1, .raised), .init(1, .confirmed)], to: ["file"])
            try await stage.claim(["file"])
            try await stage.settle(.retry(at: stage.now.adding(seconds: 60)))
            try await stage.claim(["file"])
            try await stage.nextDue(["file"])
            stage.pass(60)
            try await stage.claim(["file"])
            try await stage.settle(.snooze(until: stage.now.adding(seconds: 30)))
            try await stage.nextDue(["file"])
            stage.pass(30)
            try await stage.claim(["file"])
        },
        DeliveryScenario(
            "the first success after failures makes the scheduled retries due",
            expected: [
                "claim file try 0: 1 raised | file try 0: 2 raised", "retry counts",
                "retry counts", "claim file try 0: 3 raised", "delivered counts",
                "claim file try 1: 1 raised | file try 1: 2 raised",
            ]
        ) { stage in
            try await stage.cycle([.init(1, .raised), .init(2, .raised)], to: ["file"])
            try await stage.claim(["file"])
            for _ in 1...2 { try await stage.settle(.retry(at: stage.now.adding(seconds: 9_000))) }
            stage.pass(60)
            try await stage.cycle([.init(3, .raised)], to: ["file"])
            try await stage.claim(["file"])
            try await stage.settle(.delivered)
            try await stage.claim(["file"])
        },
        DeliveryScenario(
            "a delivery that the receiver postponed keeps its time",
            expected: [
                "claim file try 0: 1 raised | file try 0: 2 raised", "retry counts",
                "snooze counts", "forward 1", "claim file try 1: 1 raised",
            ]
        ) { stage in
            try await stage.cycle([.init(1, .raised), .init(2, .raised)], to: ["file"])
            try await stage.claim(["file"])
            try await stage.settle(.retry(at: stage.now.adding(seconds: 9_000)))
            try await stage.settle(.snooze(until: stage.now.adding(seconds: 9_000)))
            try await stage.bringForward("file")
            try await stage.claim(["file"])
        },
        DeliveryScenario(
            "a delivery that failed ahead of its schedule keeps its time until the schedule",
            expected: [
                "claim file try 0: 1 raised", "retry counts", "forward 1",
                "claim file try 1: 1 raised", "retry counts", "forward 0",
                "claim file try 2: 1 raised", "retry counts", "forward 1",
            ]
        ) { stage in
            try await stage.cycle([.init(1, .raised)], to: ["file"])
            for round in 1...3 {
                try await stage.claim(["file"])
                try await stage.settle(.retry(at: stage.now.adding(seconds: 9_000)))
                stage.pass(60)
                try await stage.bringForward("file")
                if round == 2 { stage.pass(9_000) }
            }
        },
        DeliveryScenario(
            "a delivery that the courier returned untried may still be brought forward",
            expected: [
                "claim file try 0: 1 raised", "retry counts", "forward 1",
                "claim file try 1: 1 raised", "snooze counts", "forward 1",
            ]
        ) { stage in
            try await stage.cycle([.init(1, .raised)], to: ["file"])
            try await stage.claim(["file"])
            try await stage.settle(.retry(at: stage.now.adding(seconds: 9_000)))
            stage.pass(60)
            try await stage.bringForward("file")
            try await stage.claim(["file"])
            try await stage.settle(
                .snooze(until: stage.now.adding(seconds: 60)), wasTried: false)
            try await stage.bringForward("file")
        },
        DeliveryScenario(
            "a failed delivery is brought forward only when the tier rises",
            expected: [
                "claim file try 0: 1 raised | file try 0: 2 raised", "retry counts",
                "retry counts", "next 0", "claim file try 1: 1 raised",
            ]
        ) { stage in
            try await stage.cycle([.init(1, .raised), .init(2, .raised)], to: ["file"])
            try await stage.claim(["file"])
            for _ in 1...2 { try await stage.settle(.retry(at: stage.now.adding(seconds: 9_000))) }
            try await stage.cycle(
                [.init(1, .tierChanged, .red), .init(2, .tierChanged, .blue)], to: ["file"])
            try await stage.nextDue(["file"])
            try await stage.claim(["file"])
        },
    ]
}

// MARK: - Holds and releases

extension DeliveryScenario {
    private static func silence(_ order: inout DeliveryOrder) {
        order.suppressed = .silenced(by: 7)
    }

    static let holding: [DeliveryScenario] = [
        DeliveryScenario(
            "of held deliveries only the newest is sent",
            expected: [
                "claim nothing", "release 1", "claim file try 0: 1 confirmed",
                "1/1 file suppressed silenced:7", "1/2 file pending",
            ]
        ) { stage in
            try await stage.cycle([.init(1, .raised)], to: ["file"], change: silence)
            try await stage.cycle([.init(1, .confirmed)], to: ["file"], change: silence)
            try await stage.claim(["file"])
            try await stage.release(["file"])
            try await stage.claim(["file"])
            try await stage.look()
        },
        DeliveryScenario(
            "the end of an alert whose deliveries were all held is not sent",
            expected: [
                "release 0", "claim nothing", "1/1 file suppressed silenced:7",
                "1/2 file suppressed never_told",
            ]
        ) { stage in
            try await stage.cycle([.init(1, .raised)], to: ["file"], change: silence)
            try await stage.cycle([.init(1, .resolved)], to: ["file"])
            try await stage.release(["file"])
            try await stage.claim(["file"])
            try await stage.look()
        },
        DeliveryScenario(
            "a notified receiver gets the end also during a silence",
            expected: [
                "claim file try 0: 1 raised", "delivered counts", "claim file try 0: 1 resolved",
                "1/1 file delivered", "1/2 file suppressed silenced:7", "1/3 file pending",
            ]
        ) { stage in
            try await stage.cycle([.init(1, .raised)], to: ["file"])
            try await stage.claim(["file"])
            try await stage.settle(.delivered)
            try await stage.cycle([.init(1, .confirmed)], to: ["file"], change: silence)
            try await stage.cycle([.init(1, .resolved)], to: ["file"], change: silence)
            try await stage.claim(["file"])
            try await stage.look()
        },
        DeliveryScenario(
            "a notified receiver gets later events whatever its filter says then",
            expected: [
                "1/1 file pending", "1/1 hook suppressed tier_not_wanted", "1/2 file pending",
                "1/2 hook suppressed tier_not_wanted",
            ]
        ) { stage in
            try await stage.cycle([.init(1, .raised)], to: ["file", "hook"]) { order in
                if order.receiver == "hook" { order.suppressed = .tierNotWanted }
            }
            try await stage.cycle([.init(1, .confirmed)], to: ["file", "hook"]) {
                $0.suppressed = .tierNotWanted
            }
            try await stage.look()
        },
        DeliveryScenario(
            "a waiting delivery is held, and not released after a later event was sent",
            expected: [
                "hold 1", "claim nothing", "claim file try 0: 1 confirmed", "release 0",
                "1/1 file suppressed silenced:7", "1/2 file pending",
            ]
        ) { stage in
            let later = stage.now.adding(seconds: 600)
            try await stage.cycle([.init(1, .raised)], to: ["file"]) { $0.notBefore = later }
            try await stage.hold(["file"], by: 7)
            stage.pass(600)
            try await stage.claim(["file"])
            try await stage.cycle([.init(1, .confirmed)], to: ["file"])
            try await stage.claim(["file"])
            try await stage.release(["file"])
            try await stage.look()
        },
        DeliveryScenario(
            "a claimed delivery cannot be held",
            expected: ["claim file try 0: 1 raised", "hold 0", "delivered counts", "next never"]
        ) { stage in
            let later = stage.now.adding(seconds: 600)
            try await stage.cycle([.init(1, .raised)], to: ["file"]) { $0.notBefore = later }
            stage.pass(600)
            try await stage.claim(["file"])
            try await stage.hold(["file"], by: 7)
            try await stage.settle(.delivered)
            try await stage.nextDue(["file"])
        },
        DeliveryScenario(
            "a waiting delivery is sent with the present response deadline",
            expected: [
                "claim file try 0: 1 raised due 900 | file try 0: 2 raised due 0"
            ]
        ) { stage in
            let later = stage.now.adding(seconds: 600)
            try await stage.cycle([.init(1, .raised)], to: ["file"], clock: later) {
                $0.notBefore = later
            }
            try await stage.cycle([.init(2, .raised)], to: ["file"], clock: later) {
                $0.notBefore = later
            }
            stage.pass(60)
            let latest = stage.now.adding(seconds: 1_440)
            try await stage.cycle([.init(1, .reminder)], to: [], clock: latest)
            stage.pass(540)
            try await stage.claim(["file"])
        },
        DeliveryScenario(
            "a released delivery is sent with its group and not before its due time",
            expected: [
                "release 1", "next 60", "claim file in g try 0: 1 raised",
            ]
        ) { stage in
            try await stage.cycle([.init(1, .raised)], to: ["file"], change: silence)
            let later = stage.now.adding(seconds: 60)
            try await stage.release(["file"]) {
                $0.group = "g"
                $0.notBefore = later
            }
            try await stage.nextDue(["file"])
            stage.pass(60)
            try await stage.claim(["file"])
        },
    ]
}
