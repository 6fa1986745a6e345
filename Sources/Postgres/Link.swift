import CLibPQ
import Glibc

/// Owns one PGconn and waits on its socket with deadlines. Only one thread uses it.
@safe
final class Link {
    /// How a wait ended.
    enum Waited {
        case ready
        case timedOut
        case cancelled
    }

    /// The time limit of each clean-up step: a cancel request, draining, a rollback.
    static let cleanupLimit: Duration = .seconds(5)
    /// The longest single poll(2), in milliseconds. It limits the delay if a wake-up is missed.
    static let sliceMilliseconds: Int64 = 200

    let raw: OpaquePointer
    let wake: Wake
    /// Notifications that arrived while another result was awaited.
    var notifications: [Notification] = []
    private var isAbandoned = false

    init(owning raw: OpaquePointer, wake: Wake) {
        unsafe self.raw = unsafe raw
        self.wake = wake
        // Without this callback libpq would print notices to stderr. Errors do not depend on it,
        // because they arrive as results.
        unsafe PQsetNoticeProcessor(raw, { _, _ in }, nil)
    }

    deinit {
        unsafe PQfinish(raw)
    }

    /// Whether the connection can no longer be used.
    var isBroken: Bool { unsafe isAbandoned || PQstatus(raw) == CONNECTION_BAD }
    var isIdle: Bool { unsafe PQtransactionStatus(raw) == PQTRANS_IDLE }
    /// Whether no statement is running on the connection.
    var isQuiet: Bool { unsafe PQtransactionStatus(raw) != PQTRANS_ACTIVE }
    var lastMessage: String { unsafe oneLine(string(PQerrorMessage(raw)) ?? "") }

    /// Marks the connection as unusable, because its protocol state is unknown.
    func markBroken() {
        isAbandoned = true
    }

    /// Waits until the socket is readable or, when asked, writable; ends early at the deadline or
    /// on cancellation.
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
            StatementWait.observer?.body()
            // A closed socket (fd −1) must not be waited for: libpq reports the reason at the next
            // call.
            if entries.0.revents != 0 || entries.0.fd < 0 { return .ready }
            if count > 0, entries.1.revents != 0 { wake.hush() }
            if count <= 0, patience.isOver { return .timedOut }
        }
    }

    /// Sends one piece of COPY data and waits until libpq has passed all of it to the network.
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

    /// Sends what libpq has buffered. It also reads meanwhile, so that client and server do not
    /// block each other.
    func flush(_ text: String, _ patience: Patience) throws(PostgresError) {
        while true {
            let state = unsafe PQflush(raw)
            if state == 0 { return }
            // A failed write is not the end yet: the server's error message may still be readable.
            if state < 0 { return }
            try proceed(wait(writable: true, patience), text)
            try consume(text)
        }
    }

    /// The next result of the running statement; nil when there are no more. Throws on timeout,
    /// cancellation and a lost connection.
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

    /// Reads the bytes that have arrived. Throws `connectionLost`, with the server's last error
    /// message, when the connection is closed.
    func consume(_ text: String) throws(PostgresError) {
        if unsafe PQconsumeInput(raw) == 1 { return }
        throw lost(text)
    }

    /// Returns when the socket is ready. After a timeout or a cancellation it cancels the statement
    /// and throws `timedOut` or `cancelled`.
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

    /// The error for a lost connection. It also marks the connection as unusable.
    func lost(_ text: String) -> PostgresError {
        isAbandoned = true
        let reason = lastMessage
        // PQgetResult does not block only when libpq, too, considers the connection bad.
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

    /// Puts "the connection was lost" before the reason and adds a hint if there is none.
    private func worded(_ error: PostgresError) -> PostgresError {
        var error = error
        error.message = "the connection to PostgreSQL was lost: \(error.message)"
        error.hint = error.hint ?? "see the server's log; the next use connects again"
        return error
    }

    /// An error result as a `PostgresError`: code `connectionLost` on a broken connection, else
    /// `server`.
    func failure(_ result: borrowing StatementResult, _ text: String) -> PostgresError {
        guard isBroken else { return result.error(.server, text) }
        return worded(result.error(.connectionLost, text))
    }

    /// Moves the notifications that libpq has received to `notifications`.
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
