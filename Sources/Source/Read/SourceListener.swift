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
        let connection = try await Connection.open(options)
        do {
            try await connection.perform { session in try session.listen(channel) }
            ready()
            while !Task.isCancelled {
                let woken = try await connection.perform { session in
                    guard try session.waitForNotification(deadline: .seconds(30)) != nil else {
                        // A query detects that the server no longer answers.
                        try session.execute("SELECT 1")
                        return false
                    }
                    _ = session.lastNotifications()
                    return true
                }
                if woken { heard() }
            }
        } catch {
            await connection.close()
            throw error
        }
        await connection.close()
    }
}
