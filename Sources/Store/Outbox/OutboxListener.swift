import LaborSQL
package import Postgres

/// Listens for deliveries that another process, or another connection of this process, makes due.
package enum OutboxListener {
    /// The channel that every writer of a due delivery notifies.
    package static let channel = "laborwatch_outbox"

    /// The writer that made a delivery due; the payload of a notification.
    package enum Origin: String, Sendable {
        /// A cycle. The evaluator wakes the couriers of its own process directly.
        case cycle
        /// A courier that gave a delivery up, so that the fallback gets it.
        case courier
        /// A person's request.
        case person
    }

    /// Listens until the task is cancelled or the connection fails. The caller must reconnect.
    /// - Parameters:
    ///   - ready: called once when the connection listens.
    ///   - heard: called after each batch of notifications that has one of another origin than a
    ///     cycle. The only process that runs cycles wakes its couriers directly, which is faster.
    /// - Throws: `PostgresError`.
    package static func listen(
        _ options: ConnectionOptions, ready: @Sendable () -> Void = {},
        heard: @escaping @Sendable () -> Void
    ) async throws {
        try await ChannelListener.listen(options, channel: channel, ready: ready) { batch in
            if batch.contains(where: { $0.payload != Origin.cycle.rawValue }) { heard() }
        }
    }
}

extension Session {
    /// Notifies the couriers of all processes when the transaction commits.
    mutating func wakeCouriers(_ origin: OutboxListener.Origin) throws {
        try execute(
            .notify,
            ["channel": .text(OutboxListener.channel), "payload": .text(origin.rawValue)])
    }
}
