/// A message that another session sent with NOTIFY.
package struct Notification: Sendable, Hashable {
    /// The channel that was listened to.
    package let channel: String
    /// The text that came along; empty when NOTIFY gave none.
    package let payload: String
    /// The server process that sent it.
    package let processID: Int32

    /// A notification from its parts.
    package init(channel: String, payload: String, processID: Int32) {
        self.channel = channel
        self.payload = payload
        self.processID = processID
    }
}
