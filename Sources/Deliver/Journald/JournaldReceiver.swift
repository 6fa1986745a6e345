package import Alerting
package import Labor
package import Logging

/// The settings of a receiver that writes to systemd's journal.
package struct JournaldReceiverOptions: Sendable {
    /// The default path of the journal's socket.
    package static let standardPath = "/run/systemd/journal/socket"

    /// The name in the configuration.
    package var name: String
    /// The path of the journal's socket.
    package var path: String
    /// The wording of messages.
    package var wording: MessageWording

    /// Creates settings. Each argument sets the property of the same name.
    package init(
        name: String, path: String = JournaldReceiverOptions.standardPath, wording: MessageWording
    ) {
        self.name = name
        self.path = path
        self.wording = wording
    }
}

/// A receiver that writes each alert as a journal entry with its own fields, so that for example
/// `journalctl LABORWATCH_TIER=red` finds it.
package actor JournaldReceiver: Receiver {
    /// The name in the configuration.
    package nonisolated let name: String

    private let options: JournaldReceiverOptions
    private let composer: MessageComposer
    private let executor: QueueExecutor
    private var socket: LogSocket?

    /// The dispatch queue on which the actor's blocking calls run.
    package nonisolated var unownedExecutor: UnownedSerialExecutor {
        executor.asUnownedSerialExecutor()
    }

    /// A receiver with its settings. No socket is opened before the first delivery.
    /// - Parameter logger: gets one warning when a template is invalid.
    package init(
        _ options: JournaldReceiverOptions, logger: Logger = Logger(label: "laborwatch.deliver")
    ) {
        name = options.name
        self.options = options
        composer = MessageComposer(
            receiver: options.name, wording: options.wording, logger: logger)
        executor = QueueExecutor(label: "laborwatch.receiver.\(options.name)")
    }

    /// Sends one entry per alert. The delivery counts when the journal's socket has accepted all
    /// entries.
    package func deliver(
        _ message: AlertMessage, at now: Instant
    ) async throws(DeliveryFailure) -> DeliveryReceipt {
        for entry in try composer.entries(message) {
            let text = composer.text([entry], isTest: message.isTest, style: .plain) {
                $0.utf8.count <= Limits.journalFieldBytes
            }
            let bytes = JournalEntry(
                event: entry.event, text: text.body, isTest: message.isTest
            ).bytes
            do throws(LogSocket.Trouble) {
                try send(bytes)
            } catch {
                socket = nil
                throw DeliveryFailure(
                    message: "\(error.call) to the journal at \(options.path): \(error.reason)",
                    verdict: .transient,
                    hint: "check that systemd-journald runs and that its socket is reachable")
            }
        }
        return DeliveryReceipt()
    }

    /// Closes the socket.
    package func close() async { socket = nil }

    private func send(_ bytes: [UInt8]) throws(LogSocket.Trouble) {
        if let socket {
            do throws(LogSocket.Trouble) {
                return try socket.send(bytes)
            } catch {
                // The journal was restarted since the last delivery.
                self.socket = nil
            }
        }
        let made = try LogSocket.open(.local(path: options.path))
        try made.send(bytes)
        socket = made
    }
}
