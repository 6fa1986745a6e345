import NIOCore
import NIOPosix
import NIOSSL
import Synchronization

/// An SMTP connection: sends lines and reads answers, each step within the time limit.
struct SMTPConnection {
    /// The reason why a step failed.
    enum Trouble: Error {
        case timedOut(step: String)
        case closed(step: String)
        case nonsense
        /// Bytes arrived before TLS started. They could be mistaken for an answer that came under
        /// TLS.
        case injected
    }

    typealias Pipe = NIOAsyncChannel<ByteBuffer, ByteBuffer>

    private let channel: any Channel
    private let outbound: NIOAsyncChannelOutboundWriter<ByteBuffer>
    private var inbound: NIOAsyncChannelInboundStream<ByteBuffer>.AsyncIterator
    private var reader = SMTPReader()
    private let timeout: TimeAmount

    init(
        _ channel: any Channel, inbound: NIOAsyncChannelInboundStream<ByteBuffer>,
        outbound: NIOAsyncChannelOutboundWriter<ByteBuffer>, timeout: TimeAmount
    ) {
        self.channel = channel
        self.inbound = inbound.makeAsyncIterator()
        self.outbound = outbound
        self.timeout = timeout
    }

    /// Connects; with TLS from the first byte when a TLS context is given.
    static func open(
        host: String, port: Int, tls: NIOSSLContext?, timeout: TimeAmount
    ) async throws -> Pipe {
        try await ClientBootstrap(group: .singletonMultiThreadedEventLoopGroup)
            .connectTimeout(timeout)
            .connect(host: host, port: port) { channel in
                channel.eventLoop.makeCompletedFuture {
                    if let tls {
                        try channel.pipeline.syncOperations.addHandler(
                            try handler(tls, host: host))
                    }
                    return try Pipe(wrappingChannelSynchronously: channel)
                }
            }
    }

    private static func handler(
        _ context: NIOSSLContext, host: String
    ) throws -> NIOSSLClientHandler {
        // SNI does not allow an IP address. The certificate is then verified against the address.
        try NIOSSLClientHandler(
            context: context, serverHostname: ShownCertificate.isAddress(host) ? nil : host)
    }

    /// Switches the connection to TLS; throws `injected` when bytes are left from before.
    mutating func startTLS(_ context: NIOSSLContext, host: String) async throws {
        guard reader.isEmpty else { throw Trouble.injected }
        let channel = channel
        try await channel.eventLoop.submit {
            try channel.pipeline.syncOperations.addHandler(
                try SMTPConnection.handler(context, host: host), position: .first)
        }.get()
    }

    /// Sends one line and reads the answer. When sending fails because the connection is broken,
    /// reading gives the reason, for example an untrusted certificate.
    mutating func ask(_ line: String, step: String) async throws -> SMTPReply {
        do {
            try await say(Array((line + "\r\n").utf8), step: step)
        } catch let error as ChannelError {
            _ = try await hear(step: step)
            throw error
        }
        return try await hear(step: step)
    }

    /// Sends bytes within the time limit.
    func say(_ bytes: [UInt8], step: String) async throws {
        let outbound = outbound
        try await inTime(step) { try await outbound.write(ByteBuffer(bytes: bytes)) }
    }

    /// Reads one answer within the time limit.
    mutating func hear(step: String) async throws -> SMTPReply {
        let alarm = Alarm(channel, after: timeout)
        defer { alarm.stop() }
        do {
            while true {
                if let reply = try reader.next() { return reply }
                guard let bytes = try await inbound.next(isolation: #isolation) else {
                    throw alarm.hasRung ? Trouble.timedOut(step: step) : .closed(step: step)
                }
                reader.add(bytes.readableBytesView)
            }
        } catch is SMTPReader.Nonsense {
            throw Trouble.nonsense
        } catch let trouble as Trouble {
            throw trouble
        } catch {
            throw alarm.hasRung ? Trouble.timedOut(step: step) : error
        }
    }

    private func inTime(_ step: String, _ body: () async throws -> Void) async throws {
        let alarm = Alarm(channel, after: timeout)
        defer { alarm.stop() }
        do {
            try await body()
        } catch {
            throw alarm.hasRung ? Trouble.timedOut(step: step) : error
        }
    }
}

/// Closes a channel after a time unless it is stopped earlier. That ends every wait on the channel.
private final class Alarm: Sendable {
    private let rung = Mutex(false)
    private let task: Scheduled<Void>

    var hasRung: Bool { rung.withLock { $0 } }

    init(_ channel: any Channel, after time: TimeAmount) {
        let promise = channel.eventLoop.makePromise(of: Void.self)
        task = channel.eventLoop.scheduleTask(in: time) { promise.succeed(()) }
        promise.futureResult.whenSuccess { [self] in
            rung.withLock { $0 = true }
            channel.close(mode: .all, promise: nil)
        }
        task.futureResult.whenFailure { promise.fail($0) }
    }

    func stop() { task.cancel() }
}
