import CLibPQ
import Glibc

/// Owns one PGconn and waits on it with deadlines; used by one queue only.
@safe
final class Link {
    /// How a wait ended.
    enum Waited {
        case ready
        case timedOut
        case cancelled
    }

    /// The bound of everything done to clean up: a cancel request, draining, a rollback.
    static let cleanupLimit: Duration = .seconds(5)
    /// The longest single poll(2), in milliseconds, should a wake-up ever be missed.
    static let sliceMilliseconds: Int64 = 200

    let raw: OpaquePointer
    let wake: Wake
    /// Notifications that came while something else was awaited.
    var notifications: [Notification] = []
    private var isAbandoned = false

    init(owning raw: OpaquePointer, wake: Wake) {
        unsafe self.raw = unsafe raw
        self.wake = wake
        // Notices would go to stderr; what matters comes as a result.
        unsafe PQsetNoticeProcessor(raw, { _, _ in }, nil)
    }

    deinit {
        unsafe PQfinish(raw)
    }

    /// Whether the connection can no longer be used.
    var isBroken: Bool { unsafe isAbandoned || PQstatus(raw) == CONNECTION_BAD }
    var isIdle: Bool { unsafe PQtransactionStatus(raw) == PQTRANS_IDLE }
    /// Whether no statement is running.
    var isQuiet: Bool { unsafe PQtransactionStatus(raw) != PQTRANS_ACTIVE }
    var lastMessage: String { unsafe oneLine(string(PQerrorMessage(raw)) ?? "") }

    /// Gives up on the connection: what it holds is not what we think it holds.
    func markBroken() {
        isAbandoned = true
    }

    /// Waits until the socket is readable, or also writable when asked.
    func wait(writable: Bool, readable: Bool = true, _ patience: Patience) -> Waited {
        var events: Int16 = 0
        if readable { events |= Int16(POLLIN) }
        if writable { events |= Int16(POLLOUT) }
        while true {
            if patience.isCancelled { return .cancelled }
            let limit = patience.milliseconds(slice: Link.sliceMilliseconds)
            let wakeable = patience.cancellation == nil ? -1 : wake.descriptor
            var entries = (
                pollfd(fd: unsafe PQsocket(raw), events: events, revents: 0),
                pollfd(fd: wakeable, events: Int16(POLLIN), revents: 0)
            )
            let count = unsafe withUnsafeMutableBytes(of: &entries) { bytes in
                unsafe poll(bytes.assumingMemoryBound(to: pollfd.self).baseAddress, 2, limit)
            }
            // A socket that is gone (fd -1) must not wait: libpq reports why at the next call.
            if entries.0.revents != 0 || entries.0.fd < 0 { return .ready }
            if count > 0, entries.1.revents != 0 { wake.hush() }
            if count <= 0, patience.isOver { return .timedOut }
        }
    }

    /// Sends a piece of a COPY, and waits until libpq has handed all of it to the network.
    func put(_ bytes: [UInt8], _ text: String, _ patience: Patience) throws(PostgresError) {
        while true {
            let state = unsafe bytes.withUnsafeBytes { bytes in
                unsafe PQputCopyData(
                    raw, bytes.assumingMemoryBound(to: CChar.self).baseAddress, Int32(bytes.count))
            }
            if state < 0 { throw lost(text) }
            if state > 0 { break }
            try proceed(wait(writable: true, patience), text)
            try consume(text)
        }
        try flush(text, patience)
        if patience.isCancelled { try proceed(.cancelled, text) }
    }

    /// Sends what libpq has buffered, reading meanwhile so that neither side blocks the other.
    func flush(_ text: String, _ patience: Patience) throws(PostgresError) {
        while true {
            let state = unsafe PQflush(raw)
            if state == 0 { return }
            // A failed write is not yet the end: the server's reason may be there to be read.
            if state < 0 { return }
            try proceed(wait(writable: true, patience), text)
            try consume(text)
        }
    }

    /// The next result of the running statement, nil when it has no more.
    func nextResult(
        _ text: String, _ patience: Patience
    ) throws(PostgresError) -> StatementResult? {
        try flush(text, patience)
        while unsafe PQisBusy(raw) == 1 {
            try proceed(wait(writable: false, patience), text)
            try consume(text)
        }
        collectNotifications()
        guard let result = unsafe PQgetResult(raw) else { return nil }
        return unsafe StatementResult(owning: result)
    }

    /// Reads what has come; a closed connection is an error with the server's last words.
    func consume(_ text: String) throws(PostgresError) {
        if unsafe PQconsumeInput(raw) == 1 { return }
        throw lost(text)
    }

    /// Turns a wait that failed into an error, after the statement was cancelled.
    func proceed(_ waited: Waited, _ text: String) throws(PostgresError) {
        switch waited {
        case .ready:
            return
        case .timedOut:
            abandon()
            throw PostgresError(
                .timedOut, "a statement did not end before its deadline",
                hint: "look for locks and load in pg_stat_activity, or allow more time",
                statement: text)
        case .cancelled:
            abandon()
            throw PostgresError(
                .cancelled, "a statement was cancelled with its task", statement: text)
        }
    }

    /// The error for a connection that is gone; it cannot be used after.
    func lost(_ text: String) -> PostgresError {
        isAbandoned = true
        let reason = lastMessage
        // Only on a connection that libpq gave up too does PQgetResult not wait.
        guard unsafe PQstatus(raw) == CONNECTION_BAD else {
            return worded(
                PostgresError(
                    .connectionLost, reason.isEmpty ? "it was given up" : reason, statement: text))
        }
        while let next = unsafe PQgetResult(raw) {
            let result = unsafe StatementResult(owning: next)
            if result.isError {
                let error = result.error(.connectionLost, text)
                guard error.sqlState != nil else { break }
                return worded(error)
            }
            if result.status == PGRES_COPY_OUT || result.status == PGRES_COPY_IN { break }
        }
        return worded(PostgresError(.connectionLost, reason, statement: text))
    }

    /// Says that the connection is gone, then why.
    private func worded(_ error: PostgresError) -> PostgresError {
        var error = error
        error.message = "the connection to PostgreSQL was lost: \(error.message)"
        error.hint = error.hint ?? "see the server's log; the next use connects again"
        return error
    }

    /// An error result as an error, of lost connections too.
    func failure(_ result: borrowing StatementResult, _ text: String) -> PostgresError {
        guard isBroken else { return result.error(.server, text) }
        return worded(result.error(.connectionLost, text))
    }

    /// Moves notifications from libpq to our queue.
    func collectNotifications() {
        while let next = unsafe PQnotifies(raw) {
            let notification = unsafe Notification(
                channel: string(next.pointee.relname) ?? "",
                payload: string(next.pointee.extra) ?? "", processID: next.pointee.be_pid)
            unsafe PQfreemem(next)
            notifications.append(notification)
        }
    }
}
