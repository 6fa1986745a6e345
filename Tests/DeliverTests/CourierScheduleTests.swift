import Alerting
import Deliver
import Labor
import Support
import Testing

/// The courier against the outbox in memory, with whatever receivers may answer.
@Suite(.timeLimit(.minutes(20))) struct CourierScheduleTests {
    /// For one receiver and episode events arrive in their order, each delivery ends as delivered
    /// or dead, no try beyond the schedule is made, and what was given up is the fallback's.
    /// Ten thousand schedules; a seed that fails is named.
    @Test(arguments: 0..<40)
    func `order and ends hold under any failures`(_ block: UInt64) async throws {
        for seed in block * 250..<block * 250 + 250 { try await play(seed) }
    }

    private func play(_ seed: UInt64) async throws {
        var random = SeededGenerator(seed: seed)
        let receivers = ["a", "b", "duty"].map { name in
            let salt = random.next()
            return ScriptedReceiver(name) { _, number in
                var random = SeededGenerator(seed: salt &+ UInt64(number))
                return switch Int.random(in: 0..<20, using: &random) {
                case 0..<11: .success(DeliveryReceipt(status: 200))
                case 11..<15: .failure(.refused)
                case 15: .failure(.busy(Int64.random(in: 0...200_000, using: &random)))
                case 16: .failure(.busy(nil))
                default: .failure(.hopeless)
                }
            }
        }
        let schedule = try RetrySchedule(waits: [0, 5, 300, 1_800])
        let bench = Bench(receivers, fallbacks: ["a": "duty"], schedule: schedule)
        for sequence in 1...Int.random(in: 1...4, using: &random) {
            for episode in 1...Int.random(in: 1...3, using: &random) {
                for receiver in receivers where Int.random(in: 0..<4, using: &random) > 0 {
                    await bench.outbox.add(
                        notice(
                            "\(episode)-\(sequence)", episode: "\(episode)", sequence: sequence),
                        to: receiver.name, at: morning,
                        group: [nil, "g", "h"].randomElement(using: &random) ?? nil,
                        interval: Int64.random(in: 0...600, using: &random))
                }
            }
        }
        try await bench.drain(roundsMax: 20_000)
        let rows = await bench.outbox.rows
        for row in rows {
            guard row.state != .pending, row.attempts <= 4,
                row.state == .delivered || row.attempts == 4
                    || row.state == .dropped && row.reason == .overtaken
                    || row.tries.last?.error == "unreadable"
            else {
                Issue.record("seed \(seed): \(row)")
                continue
            }
        }
        expectOrder(rows, seed)
        expectFallbacks(rows, seed)
    }

    /// No event is delivered after a later one of its episode to the same receiver.
    private func expectOrder(_ rows: [MemoryOutbox.Row], _ seed: UInt64) {
        var last: [String: Instant] = [:]
        let delivered = rows.filter { $0.state == .delivered }
        for row in delivered.sorted(by: { $0.notice.event.sequence < $1.notice.event.sequence }) {
            let key = "\(row.receiver)/\(row.notice.event.alertID)"
            guard let ended = row.tries.last?.endedAt else { continue }
            if let previous = last[key], ended < previous {
                Issue.record("seed \(seed): \(key) out of order")
            }
            last[key] = ended
        }
    }

    /// What was given up has a row of the fallback, or the fallback knew more already.
    private func expectFallbacks(_ rows: [MemoryOutbox.Row], _ seed: UInt64) {
        let duty = rows.filter { $0.receiver == "duty" }
        for dead in rows where dead.receiver == "a" && dead.state == .dead {
            let event = dead.notice.event
            let heirs = duty.count { $0.notice.event.id == event.id }
            let knowsMore = duty.contains {
                $0.notice.event.alertID == event.alertID
                    && $0.notice.event.sequence > event.sequence
            }
            if heirs > 1 || heirs == 0 && !knowsMore {
                Issue.record("seed \(seed): \(heirs) fallbacks of \(event.id)")
            }
        }
        for row in duty where row.reason != nil {
            let isOfDead = rows.contains {
                row.delivery.fallbackOf == $0.id && $0.state == .dead && $0.notice == row.notice
            }
            if !isOfDead {
                Issue.record("seed \(seed): \(row.reason?.rawValue ?? "") is of nothing dead")
            }
        }
    }
}
