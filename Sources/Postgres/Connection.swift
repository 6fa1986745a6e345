import Synchronization

/// One connection to PostgreSQL, worked on its own queue, never on the cooperative pool.
package final class Connection: Sendable {
    private let worker: ConnectionWorker

    /// A connection that opens at its first use.
    init(opensAtFirstUse options: ConnectionOptions) {
        worker = ConnectionWorker(options)
    }

    /// Connects, within the options' limit; throws `connectionFailed` with address and hint.
    package static func open(_ options: ConnectionOptions) async throws -> Connection {
        let connection = Connection(opensAtFirstUse: options)
        try await connection.perform { _ in }
        return connection
    }

    /// Whether the connection is gone or closed; a broken one never works again.
    package var isBroken: Bool { worker.broken.load(ordering: .acquiring) }

    /// Runs `body` with a session on the connection's queue; calls are served one by one.
    ///
    /// When the calling task is cancelled, the running statement is cancelled on the server and
    /// `body` sees an error with code `cancelled`. A transaction left open is rolled back and
    /// is an error. On a broken connection it throws `connectionLost`.
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

    /// Closes the connection after the work that was asked for before; may be called again.
    package func close() async {
        await worker.close()
    }
}
