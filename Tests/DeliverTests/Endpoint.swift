import Foundation
import Hummingbird
import Logging
import NIOCore
import Support
import Synchronization

/// What an endpoint was sent.
struct Received: Sendable {
    var path: String
    var query: String?
    var headers: [String: String]
    var body: [UInt8]
}

/// A real HTTP server on a loopback port, for receivers to post to.
final class Endpoint: Sendable {
    typealias Answer = @Sendable (Received, Int) async -> Response

    let port: Int
    private let inbox: Inbox

    private init(port: Int, inbox: Inbox) {
        self.port = port
        self.inbox = inbox
    }

    var url: String { "http://127.0.0.1:\(port)/hook" }

    /// Everything that came so far, in order.
    var received: [Received] { inbox.all }

    /// Serves while a body runs. The answer is made from the request and its number from 1.
    static func serving(
        _ answer: @escaping Answer, _ body: @escaping @Sendable (Endpoint) async throws -> Void
    ) async throws {
        let inbox = Inbox()
        let (ports, found) = AsyncStream.makeStream(of: Int.self)
        var logger = Logger(label: "endpoint")
        logger.logLevel = .critical
        let responder = CallbackResponder<BasicRequestContext> { request, _ in
            var request = request
            let body = try await request.collectBody(upTo: 1 << 20)
            var headers: [String: String] = [:]
            for field in request.headers { headers[field.name.canonicalName] = field.value }
            let received = Received(
                path: request.uri.path, query: request.uri.query, headers: headers,
                body: Array(body.readableBytesView))
            return await answer(received, inbox.add(received))
        }
        let application = Application(
            responder: responder,
            configuration: .init(address: .hostname("127.0.0.1", port: 0)),
            onServerRunning: { channel in found.yield(channel.localAddress?.port ?? 0) },
            logger: logger)
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await application.run() }
            for await port in ports {
                defer { group.cancelAll() }
                try await body(Endpoint(port: port, inbox: inbox))
                return
            }
        }
    }
}

private final class Inbox: Sendable {
    private let requests = Mutex<[Received]>([])

    var all: [Received] { requests.withLock { $0 } }

    func add(_ request: Received) -> Int {
        requests.withLock { requests in
            requests.append(request)
            return requests.count
        }
    }
}

/// A door that is shut until somebody opens it; going through a shut one waits.
final class Gate: Sendable {
    private let stream: AsyncStream<Void>
    private let continuation: AsyncStream<Void>.Continuation

    init() {
        (stream, continuation) = AsyncStream.makeStream(of: Void.self)
    }

    func open() { continuation.finish() }

    /// Returns when the gate is open, or the task is cancelled. For one waiter.
    func pass() async {
        for await _ in stream {}
    }
}

/// A server of bare sockets for answers that no HTTP server gives.
final class RawEndpoint: Sendable {
    let port: Int
    private let descriptor: Int32
    private let tally = Tally()

    /// What the first connection took, once it has ended.
    var taken: Int {
        get async {
            for await _ in tally.end {}
            return tally.bytes.withLock { $0 }
        }
    }

    private final class Tally: Sendable {
        let bytes = Mutex(0)
        let end: AsyncStream<Void>
        let ended: AsyncStream<Void>.Continuation

        init() { (end, ended) = AsyncStream.makeStream(of: Void.self) }
    }

    /// Listens; every connection is sent these bytes and closed.
    /// - Parameters:
    ///   - holds: leaves the connections open until the other side closes them.
    ///   - times: how often the bytes are sent, as long as the other side takes them.
    init(answering bytes: [UInt8], holds: Bool = false, times: Int = 1) throws {
        let server = try LoopbackSocket()
        try server.listen(backlog: 8)
        port = server.port
        let listener = server.descriptor
        descriptor = listener
        let tally = tally
        Thread.detachNewThread {
            while true {
                let connection = accept(listener, nil, nil)
                // The number is given back here, or another server would get it while this thread
                // still listens there.
                guard connection >= 0 else { return _ = close(listener) }
                var request = [UInt8](repeating: 0, count: 65_536)
                _ = recv(connection, &request, request.count, 0)
                for _ in 0..<times {
                    let sent = send(connection, bytes, bytes.count, Int32(MSG_NOSIGNAL))
                    if sent < bytes.count { break }
                    tally.bytes.withLock { $0 += sent }
                }
                tally.ended.finish()
                while holds, recv(connection, &request, request.count, 0) > 0 {}
                close(connection)
            }
        }
    }

    /// Stops listening: the port refuses connections from here on.
    func stop() {
        shutdown(descriptor, Int32(SHUT_RDWR))
    }
}
