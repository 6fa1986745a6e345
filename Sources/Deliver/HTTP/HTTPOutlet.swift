import AsyncHTTPClient
import NIOCore
import NIOPosix

/// The way out over HTTP that all receivers share.
///
/// It follows no redirect, for a signed message must not be carried where nobody configured it, and
/// reports a refused connection at once, because the retry schedule is the courier's. Over a
/// connection whose other end lies in a private network it carries nothing unless the receiver
/// allows it: whatever a name led to when it was looked up, what counts is where it leads now.
package struct HTTPOutlet: Sendable {
    /// For receivers whose address may lie anywhere.
    let anywhere: HTTPClient
    /// For all others.
    let open: HTTPClient

    /// An outlet with connections of its own, on the threads that the process shares; its owner
    /// shuts it down.
    /// - Parameter names: addresses that names have here, whatever the system says of them.
    package init(names: [String: String] = [:]) {
        var configuration = HTTPClient.Configuration(redirectConfiguration: .disallow)
        configuration.connectionPool.retryConnectionEstablishment = false
        configuration.timeout.connect = .seconds(10)
        configuration.dnsOverride = names
        anywhere = HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
        configuration.http1_1ConnectionDebugInitializer = HTTPOutlet.refusePrivate
        configuration.http2ConnectionDebugInitializer = HTTPOutlet.refusePrivate
        open = HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
    }

    private init(both client: HTTPClient) {
        anywhere = client
        open = client
    }

    /// For receivers that are made to be looked at and deliver nothing: there is nothing to close.
    package static let unused = HTTPOutlet(both: .shared)

    /// Closes all connections.
    package func shutdown() async throws {
        let first: Result<Void, any Error>
        do {
            first = .success(try await anywhere.shutdown())
        } catch {
            first = .failure(error)
        }
        try await open.shutdown()
        try first.get()
    }

    /// That the other end of a connection lies where nothing may go.
    struct PrivatePeer: Error {
        let address: String
    }

    /// Where a connection leads to, if nothing may go there.
    static func privatePeer(_ address: SocketAddress?) -> PrivatePeer? {
        guard let text = address?.ipAddress else { return PrivatePeer(address: "unknown") }
        return PrivateAddress.scope(ofAddress: text) == .open ? nil : PrivatePeer(address: text)
    }

    @Sendable private static func refusePrivate(_ channel: any Channel) -> EventLoopFuture<Void> {
        guard let peer = privatePeer(channel.remoteAddress) else {
            return channel.eventLoop.makeSucceededVoidFuture()
        }
        channel.close(mode: .all, promise: nil)
        return channel.eventLoop.makeFailedFuture(peer)
    }
}
