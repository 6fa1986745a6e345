import Alerting
package import Deliver
import HTTPTypes
import Hummingbird
package import Labor
import Logging
import NIOCore
import Synchronization

/// The demo's webhook endpoint on loopback. It verifies the signature of each request, refuses an
/// unsigned or wrongly signed one with 401, and shows each new event.
package final class Collector: Sendable {
    /// One verified alert event.
    package struct Receipt: Sendable {
        /// The `webhook-id`, which is the event's id.
        package var id: String
        /// The body of the request.
        package var body: JSONValue
    }

    private struct State {
        var receipts: [Receipt] = []
        var ids: Set<String> = []
        var repeated = 0
        var refused = 0
    }

    private let signature: Signature
    private let show: @Sendable (Receipt) -> Void
    private let clock: @Sendable () -> Instant
    private let state = Mutex(State())

    /// Makes a collector that verifies signatures with a secret.
    /// - Parameters:
    ///   - clock: the time against which the age of a signature is checked.
    /// - show: called once for each new event, not for a repeated one.
    package init(
        secret: WebhookSecret, clock: @escaping @Sendable () -> Instant,
        show: @escaping @Sendable (Receipt) -> Void
    ) {
        signature = Signature(secret: secret)
        self.clock = clock
        self.show = show
    }

    /// The number of different events that were verified.
    package var count: Int { state.withLock { $0.ids.count } }
    /// The number of verified requests that repeated the ID of an earlier event.
    package var repeated: Int { state.withLock { $0.repeated } }
    /// The number of requests that were refused because of their signature.
    package var refused: Int { state.withLock { $0.refused } }

    /// Serves `POST /hook` until the task is cancelled.
    /// - Parameter running: receives the port once the server accepts connections.
    package func serve(running: @escaping @Sendable (Int) -> Void) async throws {
        var logger = Logger(label: "collector")
        logger.logLevel = .critical
        let router = Router()
        router.post("hook") { request, _ in try await self.take(request) }
        let server = Application(
            router: router, configuration: .init(address: .hostname("127.0.0.1", port: 0)),
            onServerRunning: { running($0.localAddress?.port ?? 0) }, logger: logger)
        try await server.run()
    }

    /// Verifies and records one request. Returns 401 for a wrong signature, otherwise 204.
    private func take(_ request: Request) async throws -> HTTPResponse.Status {
        var request = request
        let body = Array(try await request.collectBody(upTo: 1 << 20).readableBytesView)
        func header(_ name: String) -> String? {
            HTTPField.Name(name).flatMap { request.headers[$0] }
        }
        let id = header("webhook-id")
        do {
            try signature.verify(
                id: id, timestamp: header("webhook-timestamp"),
                signature: header("webhook-signature"), body: body, now: clock())
        } catch {
            state.withLock { $0.refused += 1 }
            return .unauthorized
        }
        let value = try JSONValue(json: String(decoding: body, as: UTF8.self))
        let receipt = Receipt(id: id ?? "", body: value)
        let isNew = state.withLock { state in
            state.receipts.append(receipt)
            let isNew = state.ids.insert(receipt.id).inserted
            if !isNew { state.repeated += 1 }
            return isNew
        }
        if isNew { show(receipt) }
        return .noContent
    }
}
