import Alerting
package import Deliver
import Labor
package import Logging

/// Tells receivers what the store cannot keep: past outbox and history, once, with few tries.
///
/// Nothing of it is written down here. Silences, quiet hours and groups are the store's to keep, so
/// a notice goes at once to everybody whom the routing names.
package struct Emergency: Sendable {
    /// The waits between the tries at one receiver, seconds; each try has the receiver's own limit.
    static let pauses = [2.0, 10.0]

    private let receivers: @Sendable () throws -> [any Receiver]
    private let fallbacks: [String: String]
    private let time: Timekeeper
    private let logger: Logger

    /// A way past the store.
    /// - Parameters:
    ///   - receivers: makes the receivers, without the store.
    ///   - fallbacks: who is told instead of whom, by name.
    package init(
        receivers: @escaping @Sendable () throws -> [any Receiver],
        fallbacks: [String: String] = [:], time: Timekeeper = .machine, logger: Logger
    ) {
        self.receivers = receivers
        self.fallbacks = fallbacks
        self.time = time
        self.logger = logger
    }

    /// Hands what a turn says to those whom it orders to be told.
    /// - Parameter alive: called before each try, for a watchdog.
    /// - Returns: the names of those that took it, and of those that did not.
    func tell(
        _ result: Pipeline.CycleResult, alive: @escaping @Sendable () -> Void
    ) async -> (told: [String], untold: [String]) {
        let notices = result.notices.map(Emergency.marked)
        var wanted = Set(result.orders.filter { $0.suppressed == nil }.map(\.receiver))
        var told: Set<String> = []
        var tried: Set<String> = []
        do {
            let all = try receivers()
            while !wanted.isEmpty {
                let round = all.filter { wanted.contains($0.name) }
                let took = await tell(notices, round, alive)
                told.formUnion(took)
                tried.formUnion(wanted)
                wanted = Set(wanted.subtracting(took).compactMap { fallbacks[$0] })
                    .subtracting(tried)
            }
            for receiver in all { await receiver.close() }
        } catch {
            logger.error("no receiver can be made", metadata: ["error": "\(error)"])
            tried.formUnion(wanted)
        }
        return (told.sorted(), tried.subtracting(told).sorted())
    }

    /// Tells some receivers side by side.
    private func tell(
        _ notices: [AlertNotice], _ receivers: [any Receiver],
        _ alive: @escaping @Sendable () -> Void
    ) async -> Set<String> {
        await withTaskGroup(of: String?.self) { group in
            for receiver in receivers {
                group.addTask {
                    for notice in notices
                    where await !hand(AlertMessage(notice), to: receiver, alive) { return nil }
                    return receiver.name
                }
            }
            var took: Set<String> = []
            for await name in group { if let name { took.insert(name) } }
            return took
        }
    }

    private func hand(
        _ message: AlertMessage, to receiver: any Receiver, _ alive: @Sendable () -> Void
    ) async -> Bool {
        for pause in Emergency.pauses + [nil] {
            alive()
            do throws(DeliveryFailure) {
                _ = try await receiver.deliver(message, at: time.now())
                return true
            } catch {
                logger.warning(
                    "a notice past the store was not taken",
                    metadata: ["receiver": "\(receiver.name)", "error": "\(error)"])
                switch error.verdict {
                case .permanent, .gone: return false
                case .transient, .throttled: break
                }
            }
            guard let pause, (try? await time.sleep(pause)) != nil else { return false }
        }
        return false
    }

    /// The notice with words before its title that say what it lacks.
    private static func marked(_ notice: AlertNotice) -> AlertNotice {
        var notice = notice
        for (language, text) in notice.texts {
            var text = text
            text.title = (language == .english ? "[not recorded] " : "【未入库】") + text.title
            notice.texts[language] = text
        }
        return notice
    }
}
