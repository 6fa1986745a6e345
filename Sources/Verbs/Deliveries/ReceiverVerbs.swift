import Alerting
package import Daemon
import Deliver
import Foundation
package import Labor
package import Logging
import Settings
import Store

/// `laborwatch receivers list|test`.
package struct ReceiverVerbs: Sendable {
    private let components: Components
    private let logger: Logger

    /// The verbs for a configuration.
    package init(_ components: Components, logger: Logger) {
        self.components = components
        self.logger = logger
    }

    /// The configured receivers, in the order of the file.
    package func list() -> Listing {
        func words(_ values: [String]) -> JSONValue { .string(values.joined(separator: " ")) }
        return Listing(
            columns: [
                .init("name", "名称", "name"), .init("type", "类型", "type"),
                .init("language", "语言", "language"), .init("tiers", "等级", "tiers"),
                .init("kinds", "类别", "kinds"), .init("regions", "地区", "regions"),
                .init("target", "去向", "target"),
            ],
            rows: components.configuration.receivers.map { receiver in
                [
                    .string(receiver.name), .string(receiver.way.type.rawValue),
                    .string(receiver.language.rawValue),
                    words(receiver.filter.tiers.sorted().map(\.rawValue)),
                    words(receiver.filter.kinds.map(\.rawValue).sorted()),
                    words(receiver.filter.regions.sorted().map(\.rawValue)),
                    .string(receiver.way.summary),
                ]
            })
    }

    /// Sends a message marked as a test to one receiver, without outbox and history. If the
    /// receiver accepts the message and the store answers, the receiver's pending deliveries with
    /// failed attempts become due at once. A store that does not answer does not fail the test,
    /// because the test is about the receiver.
    /// - Parameter tier: the tier whose colour, severity and mentions the message has.
    /// - Returns: the answer of the receiver.
    /// - Throws: `Failure` with exit code 2 for an unknown name, 3 if the remote end did not
    ///   answer, 1 if it refused the message.
    package func test(_ name: String, tier: Tier) async throws -> [String] {
        let names = components.configuration.receivers.map(\.name)
        guard names.contains(name) else {
            throw Failure(
                exitCode: 2, "there is no receiver '\(name)'",
                hint: NearestName.near(name, among: names).map { "did you mean '\($0)'?" }
                    ?? "the receivers are \(names.joined(separator: ", "))")
        }
        let outlet = HTTPOutlet()
        let result: Result<DeliveryReceipt, any Error>
        do {
            let receivers = try components.receivers(outlet: outlet, logger: logger)
            result = try await hand(to: receivers.first { $0.name == name }, tier: tier)
            for receiver in receivers { await receiver.close() }
        } catch {
            result = .failure(error)
        }
        try await outlet.shutdown()
        let receipt: DeliveryReceipt
        do {
            receipt = try result.get()
        } catch let failure as DeliveryFailure {
            throw ReceiverVerbs.failure(failure)
        }
        var lines = ["\(name): taken" + (receipt.status.map { ", status \($0)" } ?? "")]
        if let answer = receipt.answer { lines.append(answer) }
        if let said = await bringForward(name) { lines.append(said) }
        return lines
    }

    /// Requests that the pending deliveries of a receiver are attempted at once. Returns nil if no
    /// delivery is pending, the store does not answer, or the account may not make requests.
    private func bringForward(_ name: String) async -> String? {
        let records = try? await components.withStore { store in
            try await store.receiverHealth(now: SystemClock.now())
        }
        guard let record = records?.first(where: { $0.name == name }), record.pending > 0,
            let reply = try? await StepAsker(components).ask(.receiverAnswers(name), by: nil)
        else { return nil }
        return reply.answer?.result["brought_forward"] == 0 ? nil : reply.sentence
    }

    private func hand(
        to receiver: (any Receiver)?, tier: Tier
    ) async throws -> Result<DeliveryReceipt, any Error> {
        guard let receiver else { throw Failure(exitCode: 2, "the receiver is gone") }
        let now = SystemClock.now()
        let message = MessageSample.test(
            id: UUID().uuidString.lowercased(), tier: tier, at: now, day: components.zone.day(now))
        do throws(DeliveryFailure) {
            return .success(try await receiver.deliver(message, at: now))
        } catch {
            return .failure(error)
        }
    }

    private static func failure(_ failure: DeliveryFailure) -> Failure {
        let isSilent = failure.status == nil && failure.answer == nil
        let isUnreachable = isSilent && failure.verdict == .transient
        let answer = failure.answer.map { "\nanswer: \($0)" } ?? ""
        return Failure(
            exitCode: isUnreachable ? 3 : 1, failure.message + answer, hint: failure.hint ?? "")
    }
}
