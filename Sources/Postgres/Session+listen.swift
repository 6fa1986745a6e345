import CLibPQ

extension Session {
    /// Subscribes this connection to the notifications of a channel (LISTEN).
    package mutating func listen(_ channel: String) throws {
        let name = channel.split(separator: "\"", omittingEmptySubsequences: false)
        try execute("LISTEN \"\(name.joined(separator: "\"\""))\"")
    }

    /// Waits for the next notification; nil when none arrived before the deadline.
    ///
    /// Throws `cancelled` soon after the task is cancelled. Further notifications that arrived at
    /// the same time are kept for the next call and for `lastNotifications`.
    package mutating func waitForNotification(deadline: Duration) throws -> Notification? {
        let patience = patience(deadline)
        let text = "waiting for a notification"
        while true {
            if link.isBroken { throw link.lost(text) }
            link.collectNotifications()
            if !link.notifications.isEmpty { return link.notifications.removeFirst() }
            switch link.wait(writable: false, patience) {
            case .ready: try link.consume(text)
            case .timedOut: return nil
            case .cancelled:
                throw PostgresError(.cancelled, "waiting for a notification was cancelled")
            }
        }
    }

    /// All notifications that have arrived and were not returned yet, oldest first. It never waits.
    package mutating func lastNotifications() -> [Notification] {
        if !link.isBroken { _ = unsafe PQconsumeInput(link.raw) }
        link.collectNotifications()
        let all = link.notifications
        link.notifications = []
        return all
    }
}
