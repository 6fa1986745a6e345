import NIOCore
import NIOPosix
import NIOSSL
import Synchronization

/// Fetches the certificate that a server presents. The error of a failed handshake does not state
/// why the certificate was rejected.
enum ShownCertificate {
    /// Connects again, reads the certificate and closes the connection before any data are sent;
    /// nil when no certificate was presented before the deadline.
    /// - Parameter isAllowed: whether the address of the peer is allowed; it is called before the
    ///   handshake.
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
        // The verification callback always rejects, so the handshake fails and closes the channel.
        try? await channel.closeFuture.get()
        hangUp.cancel()
        return shown.leaf.withLock { $0 }
    }

    private static func context() throws -> NIOSSLContext {
        try NIOSSLContext(configuration: .makeClientConfiguration())
    }

    /// Whether the host is an IP address, which SNI does not allow.
    static func isAddress(_ host: String) -> Bool {
        (try? SocketAddress(ipAddress: host, port: 0)) != nil
    }

    private final class Shown: Sendable {
        let leaf = Mutex<NIOSSLCertificate?>(nil)
    }
}
