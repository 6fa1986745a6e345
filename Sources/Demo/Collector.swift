import Alerting
package import Deliver
import HTTPTypes
import Hummingbird
package import Labor
import Logging
import NIOCore
import Synchronization

/// A bureau's webhook endpoint on loopback: it takes only what is signed, and shows what it takes.
package final class Collector: Sendable {
    /// One verified alert event.
    package struct Receipt: Sendable {
        /// The `webhook-id`, which is the event's id.
        package var id: String
        /// The body.
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

    /// A collector that checks signatures made with a secret.
    /// - Parameters:
    ///   - clock: the time against which the age of a signature is checked.
    ///   - show: called once for each new event.
    package init(
        secret: WebhookSecret, clock: @escaping @Sendable () -> Instant,
        show: @escaping @Sendable (Receipt) -> Void
    ) {
        signature = Signature(secret: secret)
        self.clock = clock
        self.show = show
    }

    /// How many different events were verified.
    package var count: Int { state.withLock { $0.ids.count } }
    /// How many came again with an id that was known.
    package var repeated: Int { state.withLock { $0.repeated } }
    /// How many were refused for their signature.
    package var refused: Int { state.withLock { $0.refused } }

    /// Serves until the task is cancelled.
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
