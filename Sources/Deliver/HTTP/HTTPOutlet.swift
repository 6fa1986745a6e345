import AsyncHTTPClient
import NIOCore
import NIOPosix

/// The HTTP client that all receivers share.
///
/// Redirects are not followed, because a signed message must not reach an address that is not
/// configured. A refused connection is reported at once, because the courier's schedule decides
/// about retries. When the peer's address is private, the request is not sent unless the receiver
/// allows it. The address is checked after connecting, because a name may resolve differently at
/// each look-up.
package struct HTTPOutlet: Sendable {
    /// Which peer addresses a request may use.
    enum Reach: CaseIterable {
        /// Any address; the receiver has `allow_private`.
        case anywhere
        /// Only this machine; the URL names the local host.
        case loopback
        /// Only public addresses.
        case open

        /// The allowed addresses for a URL's host.
        init(host: String, allowPrivate: Bool) {
            let isLoopback = PrivateAddress.scope(ofHost: host) == .loopback
            self = allowPrivate ? .anywhere : isLoopback ? .loopback : .open
        }

        /// The peer's address as an error when it is not allowed; nil when it is allowed.
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

    /// A client with its own connections, on the event loops that the process shares. Its owner
    /// shuts it down.
    /// - Parameter names: fixed addresses for host names, which replace the system's name
    ///   resolution.
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

    /// A client for receivers that are built only to check their settings. It sends nothing and
    /// needs no shutdown.
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

    /// Sends a request and returns the head of the answer.
    func execute(
        _ request: HTTPClientRequest, reach: Reach, deadline: NIODeadline
    ) async throws -> HTTPClientResponse {
        guard let client = clients[reach] else { throw HTTPClientError.alreadyShutdown }
        return try await client.execute(request, deadline: deadline)
    }

    /// The peer's address is private or local, so sending is not allowed.
    struct PrivatePeer: Error {
        let address: String
    }
}
