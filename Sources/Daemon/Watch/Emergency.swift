import Alerting
package import Deliver
import Labor
package import Logging

/// Notifies receivers directly when the store does not answer, without outbox and history, with few
/// attempts.
///
/// An emergency notice is not recorded. Silences, quiet hours and groups are in the store, which
/// does not answer, so the notice is sent at once to every receiver that the routing names.
package struct Emergency: Sendable {
    /// The waits between the attempts at one receiver, seconds. Each attempt has the receiver's own
    /// time limit.
    static let pauses = [2.0, 10.0]

    private let receivers: @Sendable () throws -> [any Receiver]
    private let fallbacks: [String: String]
    private let time: Timekeeper
    private let logger: Logger

    /// An emergency sender.
    /// - Parameters:
    ///   - receivers: builds the receivers without the store.
    ///   - fallbacks: the fallback receiver of each receiver, by name.
    package init(
        receivers: @escaping @Sendable () throws -> [any Receiver],
        fallbacks: [String: String] = [:], time: Timekeeper = .machine, logger: Logger
    ) {
        self.receivers = receivers
        self.fallbacks = fallbacks
        self.time = time
        self.logger = logger
    }

    /// Sends the notices of a result to the receivers of its orders, and to fallbacks where those
    /// fail.
    /// - Parameter alive: called before each attempt, for the watchdog.
    /// - Returns: the names of the receivers that accepted the notices, and of those that did not.
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
            logger.error("no receiver can be built", metadata: ["error": "\(error)"])
            tried.formUnion(wanted)
        }
        return (told.sorted(), tried.subtracting(told).sorted())
    }

    /// Sends notices to receivers in parallel. Returns the names of those that accepted all
    /// notices.
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
                    "a receiver did not accept a notice that was sent without the store",
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

    /// The notice with a mark before its title. The mark states that the notice is not recorded in
    /// the history.
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
