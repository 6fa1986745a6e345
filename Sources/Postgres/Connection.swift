import Synchronization

/// One connection to PostgreSQL. All calls run on the connection's own thread, never on Swift's
/// cooperative thread pool, because libpq calls may block.
package final class Connection: Sendable {
    private let worker: ConnectionWorker

    /// A connection that is opened by the first call of `perform`.
    init(opensAtFirstUse options: ConnectionOptions) {
        worker = ConnectionWorker(options)
    }

    /// Opens a connection within `connectTimeout`. Throws `connectionFailed`; its message names
    /// host, port and database, and its hint names what to check.
    package static func open(_ options: ConnectionOptions) async throws -> Connection {
        let connection = Connection(opensAtFirstUse: options)
        try await connection.perform { _ in }
        return connection
    }

    /// Whether the connection was lost or closed. A broken connection is never reopened.
    package var isBroken: Bool { worker.broken.load(ordering: .acquiring) }

    /// Runs `body` with a session on the connection's thread. Concurrent calls run one after the
    /// other.
    ///
    /// When the calling task is cancelled, the running statement is cancelled on the server and
    /// `body` gets an error with code `cancelled`. A transaction that `body` left open is rolled
    /// back, and the call throws `usage`. On a broken connection the call throws `connectionLost`.
    @discardableResult
    package func perform<R>(
        _ body: @Sendable (inout Session) throws -> sending R
    ) async throws -> sending R {
        let cancellation = Cancellation(wake: worker.wake)
        let handover = try await withTaskCancellationHandler {
            try await worker.run(cancellation, body)
        } onCancel: {
            cancellation.cancel()
        }
        return handover.value
    }

    /// Closes the connection after all earlier calls have ended; may be called more than once.
    package func close() async {
        await worker.close()
    }
}
