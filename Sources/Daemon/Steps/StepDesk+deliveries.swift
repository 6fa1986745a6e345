import Alerting
import Labor
import Settings
package import Store

extension StepDesk {
    /// Makes dead letters pending again. A dead letter stays dead when its receiver has since been
    /// notified that the alert has ended.
    func retry(
        _ delivery: Int64?, _ receiver: String?, _ task: StepTask
    ) async throws -> StepAnswer {
        let selection: DeliverySelection =
            if let delivery { .one(delivery) } else if let receiver { .receiver(receiver) } else {
                .all
            }
        if case .receiver(let name) = selection { try await mustBeKnown(name) }
        return try await finish(.retry(selection, at: task.now), task) { result in
            let counts = StepDesk.counts(result)
            var sentence = "\(counts["retried"] ?? 0) deliveries brought back"
            if let over = counts["over"], over > 0 {
                sentence += "\n\(over) left, for the receiver was told since that it is over"
            }
            return StepAnswer(sentence, result: result)
        }
    }

    /// Drops the pending deliveries of a receiver that is no longer configured.
    func drop(_ receiver: String, _ task: StepTask) async throws -> StepAnswer {
        guard !isConfigured(receiver) else {
            throw Failure(
                exitCode: 2, "the receiver '\(receiver)' is configured, so it will be told",
                hint: "take it out of the configuration and reload first")
        }
        try await mustBeKnown(receiver)
        return try await finish(
            .drop(receiver: receiver, reason: .receiverRemoved, at: task.now), task
        ) { result in
            StepAnswer(
                "\(StepDesk.counts(result)["dropped"] ?? 0) deliveries given up", result: result)
        }
    }

    /// Enables a receiver again that was disabled because its remote end no longer existed.
    func enable(_ receiver: String, _ task: StepTask) async throws -> StepAnswer {
        try await finish(.enable(receiver: receiver, at: task.now), task) { result in
            guard result["is_enabled"] == true else {
                return StepAnswer(
                    exitCode: 2, "the receiver '\(receiver)' is not disabled",
                    hint: "see laborwatch receivers health")
            }
            return StepAnswer("\(receiver) is enabled", result: result)
        }
    }

    /// Makes the pending deliveries of a receiver that failed before due at once.
    func bringForward(_ receiver: String, _ task: StepTask) async throws -> StepAnswer {
        try await mustBeKnown(receiver)
        return try await finish(.bringForward(receiver: receiver, at: task.now), task) { result in
            let count = StepDesk.counts(result)["brought_forward"] ?? 0
            return StepAnswer("\(count) failed before, due again now", result: result)
        }
    }

    private func isConfigured(_ receiver: String) -> Bool {
        components.configuration.receivers.contains { $0.name == receiver }
    }

    private func mustBeKnown(_ receiver: String) async throws {
        try await components.mustKnow(receivers: [receiver], store)
    }

    private static func counts(_ result: [String: JSONValue]) -> [String: Int64] {
        result.compactMapValues { if case .int(let number) = $0 { number } else { nil } }
    }
}

extension Components {
    /// Refuses names of receivers that neither the configuration nor a delivery has.
    /// - Throws: `Failure` with exit code 2 and the nearest names.
    package func mustKnow(receivers names: [String], _ store: PostgresStore) async throws {
        let known = Set(configuration.receivers.map(\.name))
        let others = names.filter { !known.contains($0) }
        guard !others.isEmpty else { return }
        let onRecord = try await store.receiversOnRecord(among: others)
        guard let wrong = others.first(where: { !onRecord.contains($0) }) else { return }
        throw Failure(
            exitCode: 2, "there is no receiver '\(wrong)'",
            hint: NearestName.hint(
                wrong, among: known, otherwise: "see laborwatch receivers list"))
    }
}
