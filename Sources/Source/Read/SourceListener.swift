package import Postgres

/// Listens for notifications about changes of the source.
package enum SourceListener {
    /// The channel that the triggers of schema `labor` notify.
    package static let channel = "laborwatch_source"

    /// Listens until the task is cancelled or the connection fails. The caller must reconnect.
    /// - Parameters:
    ///   - ready: called once when the connection listens.
    ///   - heard: called after each batch of notifications.
    package static func listen(
        _ options: ConnectionOptions, channel: String = SourceListener.channel,
        ready: @Sendable () -> Void = {}, heard: @escaping @Sendable () -> Void
    ) async throws {
        try await ChannelListener.listen(options, channel: channel, ready: ready) { _ in heard() }
    }
}
