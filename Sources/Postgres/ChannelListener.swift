/// Listens on one channel of a database, on a separate connection.
package enum ChannelListener {
    /// Listens until the task is cancelled or the connection fails. The caller must reconnect.
    /// - Parameters:
    ///   - channel: the name of the channel; this function quotes it.
    ///   - ready: called once when the connection listens. Earlier notifications are lost.
    ///   - heard: called after each batch with its notifications, at least one.
    /// - Throws: `PostgresError`, also `cancelled`.
    package static func listen(
        _ options: ConnectionOptions, channel: String, ready: @Sendable () -> Void = {},
        heard: @escaping @Sendable ([Notification]) -> Void
    ) async throws {
        let connection = try await Connection.open(options)
        do {
            try await connection.perform { session in try session.listen(channel) }
            ready()
            while !Task.isCancelled {
                let batch = try await connection.perform { session -> [Notification] in
                    guard let first = try session.waitForNotification(deadline: .seconds(30)) else {
                        // A query detects a server that is gone.
                        try session.execute("SELECT 1")
                        return []
                    }
                    return [first] + session.lastNotifications()
                }
                if !batch.isEmpty { heard(batch) }
            }
        } catch {
            await connection.close()
            throw error
        }
        await connection.close()
    }
}
