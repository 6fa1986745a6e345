package import Postgres

/// Hears of changes in the source between two polls.
package enum SourceListener {
    /// The channel that the triggers of schema `labor` notify.
    package static let channel = "laborwatch_source"

    /// Listens until the task is cancelled or the connection breaks, and calls `heard` after each
    /// burst of notifications. Reconnecting is the caller's matter.
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
                        // A query tells whether the server is still there.
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
