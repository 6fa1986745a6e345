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
    /// Where the other end of a connection may lie.
    enum Reach: CaseIterable {
        /// Anywhere, where the receiver allows it.
        case anywhere
        /// On this machine, where the address says so.
        case loopback
        /// In no private network.
        case open

        /// What an address may lead to.
        init(host: String, allowPrivate: Bool) {
            let isLoopback = PrivateAddress.scope(ofHost: host) == .loopback
            self = allowPrivate ? .anywhere : isLoopback ? .loopback : .open
        }

        /// Where a connection leads to, if it may not lead there.
        func refused(_ address: SocketAddress?) -> PrivatePeer? {
            let text = address?.ipAddress
            let scope = text.flatMap { PrivateAddress.scope(ofAddress: $0) }
            let isAllowed =
                switch self {
                case .anywhere: true
                case .loopback: scope == .loopback
                case .open: scope == .open
                }
            return isAllowed ? nil : PrivatePeer(address: text ?? "unknown")
        }
    }

    private let clients: [Reach: HTTPClient]

    /// An outlet with connections of its own, on the threads that the process shares; its owner
    /// shuts it down.
    /// - Parameter names: addresses that names have here, whatever the system says of them.
    package init(names: [String: String] = [:]) {
        var configuration = HTTPClient.Configuration(redirectConfiguration: .disallow)
        configuration.connectionPool.retryConnectionEstablishment = false
        configuration.timeout.connect = .seconds(10)
        configuration.dnsOverride = names
        var clients: [Reach: HTTPClient] = [:]
        for reach in Reach.allCases {
            let look: @Sendable (any Channel) -> EventLoopFuture<Void> = { channel in
                guard let peer = reach.refused(channel.remoteAddress) else {
                    return channel.eventLoop.makeSucceededVoidFuture()
                }
                channel.close(mode: .all, promise: nil)
                return channel.eventLoop.makeFailedFuture(peer)
            }
            configuration.http1_1ConnectionDebugInitializer = look
            configuration.http2ConnectionDebugInitializer = look
            clients[reach] = HTTPClient(
                eventLoopGroupProvider: .singleton, configuration: configuration)
        }
        self.clients = clients
    }

    private init(clients: [Reach: HTTPClient]) {
        self.clients = clients
    }

    /// For receivers that are made to be looked at: it carries nothing, so there is nothing to close.
    package static let unused = HTTPOutlet(clients: [:])

    /// Closes all connections.
    package func shutdown() async throws {
        var failure: (any Error)?
        for client in clients.values {
            do {
                try await client.shutdown()
            } catch {
                failure = error
            }
        }
        if let failure { throw failure }
    }

    /// Carries a request and gives back the head of the answer.
    func execute(
        _ request: HTTPClientRequest, reach: Reach, deadline: NIODeadline
    ) async throws -> HTTPClientResponse {
        guard let client = clients[reach] else { throw HTTPClientError.alreadyShutdown }
        return try await client.execute(request, deadline: deadline)
    }

    /// That the other end of a connection lies where nothing may go.
    struct PrivatePeer: Error {
        let address: String
    }
}
