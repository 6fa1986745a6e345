import NIOCore
import NIOPosix
import NIOSSL
import Synchronization

/// The certificate that a server shows, for the reason why it was not believed: the handshake that
/// broke does not say it.
enum ShownCertificate {
    /// Connects once more, looks at the certificate and hangs up before anything is said; nil when
    /// none was shown in time.
    /// - Parameter isAllowed: asked about the other end before the handshake.
    static func look(
        host: String, port: Int, deadline: NIODeadline,
        isAllowed: @escaping @Sendable (SocketAddress?) -> Bool
    ) async -> NIOSSLCertificate? {
        let left = deadline - NIODeadline.now()
        guard left > .zero, let context = try? context() else { return nil }
        let shown = Shown()
        let channel = try? await ClientBootstrap(group: .singletonMultiThreadedEventLoopGroup)
            .connectTimeout(left)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    let handler = try NIOSSLClientHandler(
                        context: context, serverHostname: isAddress(host) ? nil : host,
                        customVerificationCallback: { chain, verdict in
                            shown.leaf.withLock { $0 = chain.first }
                            verdict.succeed(.failed)
                        })
                    try channel.pipeline.syncOperations.addHandler(handler)
                }
            }
            .connect(host: host, port: port).get()
        guard let channel else { return nil }
        let hangUp = channel.eventLoop.scheduleTask(deadline: deadline) {
            channel.close(mode: .all, promise: nil)
        }
        if !isAllowed(channel.remoteAddress) { channel.close(mode: .all, promise: nil) }
        // A failed handshake closes the channel.
        try? await channel.closeFuture.get()
        hangUp.cancel()
        return shown.leaf.withLock { $0 }
    }

    private static func context() throws -> NIOSSLContext {
        try NIOSSLContext(configuration: .makeClientConfiguration())
    }

    /// An address has no place in SNI.
    static func isAddress(_ host: String) -> Bool {
        (try? SocketAddress(ipAddress: host, port: 0)) != nil
    }

    private final class Shown: Sendable {
        let leaf = Mutex<NIOSSLCertificate?>(nil)
    }
}
