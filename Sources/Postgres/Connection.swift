import Dispatch
import Synchronization

/// One connection to PostgreSQL, worked on its own queue, never on the cooperative pool.
///
/// Unchecked because of `state`, which only blocks on `queue` touch; the queue is serial.
package final class Connection: @unchecked Sendable {
    private enum State {
        case unopened
        case open(Link)
        case broken(PostgresError)
    }

    private let options: ConnectionOptions
    private let queue = DispatchQueue(label: "laborwatch.postgres")
    private let wake = Wake()
    private let broken = Atomic<Bool>(false)
    private var state: State = .unopened

    /// A connection that opens at its first use.
    init(opensAtFirstUse options: ConnectionOptions) {
        self.options = options
    }

    /// Connects, within the options' limit; throws `connectionFailed` with address and hint.
    package static func open(_ options: ConnectionOptions) async throws -> Connection {
        let connection = Connection(opensAtFirstUse: options)
        try await connection.perform { _ in }
        return connection
    }

    /// Whether the connection is gone or closed; a broken one never works again.
    package var isBroken: Bool { broken.load(ordering: .acquiring) }

    /// Runs `body` with a session on the connection's queue; calls are served one by one.
    ///
    /// When the calling task is cancelled, the running statement is cancelled on the server and
    /// `body` sees an error with code `cancelled`. A transaction left open is rolled back and
    /// is an error. On a broken connection it throws `connectionLost`.
    @discardableResult
    package func perform<R>(
        _ body: @escaping @Sendable (inout Session) throws -> sending R
    ) async throws -> sending R {
        let cancellation = Cancellation(wake: wake)
        let handover = try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation {
                (continuation: CheckedContinuation<Handover<R>, any Error>) in
                queue.async {
                    continuation.resume(
                        with: Result { try self.run(body, cancellation) })
                }
            }
        } onCancel: {
            cancellation.cancel()
        }
        return handover.value
    }

    /// Closes the connection after the work that was asked for before; may be called again.
    package func close() async {
        await withCheckedContinuation { (continuation: CheckedContinuation<Void, Never>) in
            queue.async {
                self.fail(PostgresError(.connectionLost, "the connection has been closed"))
                continuation.resume()
            }
        }
    }

    /// Runs on the queue.
    private func run<R>(
        _ body: (inout Session) throws -> sending R, _ cancellation: Cancellation
    ) throws -> Handover<R> {
        guard !cancellation.isCancelled else {
            throw PostgresError(.cancelled, "the task was cancelled before its turn came")
        }
        let link = try opened(cancellation)
        var session = Session(
            link: link, cancellation: cancellation, statementTimeout: options.statementTimeout)
        let outcome = Result { try Handover(body(&session)) }
        let wasLeftOpen = !session.reset()
        if link.isBroken {
            fail(PostgresError(.connectionLost, "the connection to PostgreSQL was lost earlier"))
        }
        let value = try outcome.get()
        if wasLeftOpen {
            throw PostgresError(
                .usage, "a transaction was left open and has been rolled back",
                hint: "use Session.transaction instead of BEGIN")
        }
        return value
    }

    private func opened(_ cancellation: Cancellation) throws(PostgresError) -> Link {
        switch state {
        case .open(let link): return link
        case .broken(let reason): throw reason
        case .unopened: break
        }
        do {
            let link = try Link.connect(options, wake: wake, cancellation: cancellation)
            state = .open(link)
            return link
        } catch {
            fail(error)
            throw error
        }
    }

    private func fail(_ reason: PostgresError) {
        state = .broken(reason)
        broken.store(true, ordering: .releasing)
    }
}

/// Carries a result from the queue to the task.
///
/// Unchecked: the queue's block made the value and keeps no reference to it.
private struct Handover<R>: @unchecked Sendable {
    let value: R

    init(_ value: sending R) {
        self.value = value
    }
}
