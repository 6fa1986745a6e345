/// A message that another session sent with NOTIFY.
package struct Notification: Sendable, Hashable {
    /// The channel on which the message was sent.
    package let channel: String
    /// The payload; empty when NOTIFY had none.
    package let payload: String
    /// The process ID of the server process that sent the message.
    package let processID: Int32

    /// Creates a notification. Each argument sets the property of the same name.
    package init(channel: String, payload: String, processID: Int32) {
        self.channel = channel
        self.payload = payload
        self.processID = processID
    }
}
