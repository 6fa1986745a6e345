import Dispatch
import Synchronization

/// Owns the link to libpq and does all work on it, on a thread that may block.
///
/// The work runs inside the requesting task, so task-local values are visible to it.
actor ConnectionWorker {
    private enum State {
        case unopened
        case open(Link)
        case broken(PostgresError)
    }

    nonisolated let wake = Wake()
    nonisolated let broken = Atomic<Bool>(false)
    private nonisolated let executor = QueueExecutor()
    private let options: ConnectionOptions
    private var state: State = .unopened

    init(_ options: ConnectionOptions) {
        self.options = options
    }

    nonisolated var unownedExecutor: UnownedSerialExecutor {
        unsafe executor.asUnownedSerialExecutor()
    }

    /// Runs `body` with a session, then resets the connection: a transaction that was left open is
    /// rolled back. Throws `cancelled`, a connection error, or the error of `body`.
    func run<R>(
        _ cancellation: Cancellation, _ body: @Sendable (inout Session) throws -> sending R
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

    /// Closes the connection; later calls throw `connectionLost`.
    func close() {
        fail(PostgresError(.connectionLost, "the connection has been closed"))
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

/// Runs an actor's jobs on its own queue, so that a blocking call delays no other actor.
private final class QueueExecutor: SerialExecutor {
    private let queue = DispatchQueue(label: "laborwatch.postgres")

    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        queue.async {
            unsafe job.runSynchronously(on: self.asUnownedSerialExecutor())
        }
    }
}

/// Carries a result from the worker to the requesting task.
///
/// Unchecked `Sendable`: the closure that made the value transferred it and keeps no reference to
/// it.
struct Handover<R>: @unchecked Sendable {
    let value: R

    init(_ value: sending R) {
        self.value = value
    }
}
