import Deliver
import Hummingbird
import HTTPTypes
import Labor
import Logging
import NIOCore
import Synchronization

/// A bureau's webhook endpoint on loopback: it takes only what is signed, and shows what it takes.
final class Collector: Sendable {
    /// One verified alert event.
    struct Receipt: Sendable {
        /// The `webhook-id`, which is the event's id.
        var id: String
        /// The body.
        var body: JSONValue
    }

    private struct State {
        var receipts: [Receipt] = []
        var ids: Set<String> = []
        var repeated = 0
        var refused = 0
    }

    private let signature: Signature
    private let show: @Sendable (Receipt) -> Void
    private let state = Mutex(State())

    /// A collector that checks signatures made with a secret.
    init(secret: WebhookSecret, show: @escaping @Sendable (Receipt) -> Void) {
        signature = Signature(secret: secret)
        self.show = show
    }

    /// How many different events were verified.
    var count: Int { state.withLock { $0.ids.count } }
    /// How many came again with an id that was known.
    var repeated: Int { state.withLock { $0.repeated } }
    /// How many were refused for their signature.
    var refused: Int { state.withLock { $0.refused } }

    /// The server; `running` is told its port.
    func application(running: @escaping @Sendable (Int) -> Void) -> some ApplicationProtocol {
        var logger = Logger(label: "collector")
        logger.logLevel = .critical
        let router = Router()
        router.post("hook") { request, _ in try await self.take(request) }
        return Application(
            router: router, configuration: .init(address: .hostname("127.0.0.1", port: 0)),
            onServerRunning: { running($0.localAddress?.port ?? 0) }, logger: logger)
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
                signature: header("webhook-signature"), body: body, now: SystemClock.now())
        } catch {
            state.withLock { $0.refused += 1 }
            return .unauthorized
        }
        let value = try JSONText.value(String(decoding: body, as: UTF8.self))
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
