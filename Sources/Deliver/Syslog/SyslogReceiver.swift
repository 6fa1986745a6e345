package import Alerting
import Glibc
package import Labor
package import Logging

/// The settings of a receiver that writes to a syslog daemon.
package struct SyslogReceiverOptions: Sendable {
    /// The transport to the daemon.
    package enum Way: Hashable, Sendable {
        /// A Unix datagram socket on this machine, usually `/dev/log`.
        case local(path: String)
        /// UDP datagrams. Their arrival is not confirmed.
        case udp(host: String, port: Int)
        /// TCP; each message has its length in front (octet counting, RFC 6587 section 3.4.1).
        case tcp(host: String, port: Int)
    }

    /// The names of the allowed facilities.
    package static var facilities: [String] { SyslogMessage.facilities.keys.sorted() }

    /// The name in the configuration.
    package var name: String
    /// The transport to the daemon.
    package var way: Way
    /// The facility's name, for example `local0`.
    package var facility: String
    /// The wording of messages.
    package var wording: MessageWording

    /// Creates settings. Each argument sets the property of the same name.
    package init(name: String, way: Way, facility: String = "local0", wording: MessageWording) {
        self.name = name
        self.way = way
        self.facility = facility
        self.wording = wording
    }
}

/// A receiver that writes each alert as a syslog message (RFC 5424). The severity follows the tier.
///
/// Syslog sends no confirmation, so a message counts as delivered when the operating system has
/// accepted it.
package actor SyslogReceiver: Receiver {
    /// The name in the configuration.
    package nonisolated let name: String
    /// The URL of a daemon on another machine; empty for a local daemon.
    package nonisolated let address: String

    private let options: SyslogReceiverOptions
    private let facility: Int
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
        _ options: SyslogReceiverOptions, logger: Logger = Logger(label: "laborwatch.deliver")
    ) throws(ReceiverError) {
        guard let facility = SyslogMessage.facilities[options.facility] else {
            throw ReceiverError(
                code: "facility_invalid",
                message: "the receiver \(options.name) has the facility '\(options.facility)'",
                hint: "use one of \(SyslogReceiverOptions.facilities.joined(separator: ", "))")
        }
        name = options.name
        address =
            switch options.way {
            case .local: ""
            case .udp(let host, let port): "udp://\(host):\(port)"
            case .tcp(let host, let port): "tcp://\(host):\(port)"
            }
        self.options = options
        self.facility = facility
        composer = MessageComposer(
            receiver: options.name, wording: options.wording, logger: logger)
        executor = QueueExecutor(label: "laborwatch.receiver.\(options.name)")
    }

    /// Sends one message per alert.
    package func deliver(
        _ message: AlertMessage, at now: Instant
    ) async throws(DeliveryFailure) -> DeliveryReceipt {
        let isStream = place.isStream
        let limit = isStream ? Limits.syslogStreamBytes : Limits.syslogDatagramBytes
        for entry in try composer.entries(message) {
            let text = composer.text([entry], isTest: message.isTest, style: .plain) {
                $0.utf8.count <= limit
            }
            let bytes = SyslogMessage(
                event: entry.event, text: text.body.onOneLine, hostname: SyslogReceiver.hostname,
                facility: facility, isTest: message.isTest
            ).bytes(limit: limit)
            try send(isStream ? Array("\(bytes.count) ".utf8) + bytes : bytes)
        }
        return DeliveryReceipt()
    }

    /// Closes the socket.
    package func close() async { socket = nil }

    private var place: LogSocket.Place {
        switch options.way {
        case .local(let path): .local(path: path)
        case .udp(let host, let port): .udp(host: host, port: port)
        case .tcp(let host, let port): .tcp(host: host, port: port)
        }
    }

    private func send(_ bytes: [UInt8]) throws(DeliveryFailure) {
        do throws(LogSocket.Trouble) {
            let socket = try current()
            do throws(LogSocket.Trouble) {
                try socket.send(bytes)
            } catch  where !place.isStream {
                // The daemon was restarted, or an earlier datagram was rejected. A new socket is
                // tried once.
                self.socket = nil
                try current().send(bytes)
            }
        } catch {
            socket = nil
            throw DeliveryFailure(
                message: "\(error.call) to the log daemon of \(name): \(error.reason)",
                verdict: .transient, hint: "check that it runs and listens there")
        }
    }

    private func current() throws(LogSocket.Trouble) -> LogSocket {
        if let socket, !place.isStream || socket.isOpen { return socket }
        let made = try LogSocket.open(place)
        socket = made
        return made
    }

    private static let hostname: String = {
        var name = [CChar](repeating: 0, count: 256)
        gethostname(&name, name.count - 1)
        return String(decoding: name.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
    }()
}
