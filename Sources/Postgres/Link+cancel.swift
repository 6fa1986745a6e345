import CLibPQ
import Dispatch

extension Link {
    /// Cancels the running statement and reads it to its end, in bounded time.
    ///
    /// If the server does not answer in that time, the connection is given up.
    func abandon() {
        guard cancelOnServer(), drain() else {
            markBroken()
            return
        }
    }

    /// Sends a cancel request and waits until the server has taken it.
    ///
    /// PQcancel blocks without a limit, so it runs on a thread of its own; its end is awaited,
    /// since a request that arrives late would hit the next statement. It goes without TLS,
    /// as libpq before 17 can not do otherwise; it carries a key, no data.
    private func cancelOnServer() -> Bool {
        let handle = unsafe PQgetCancel(raw)
        guard let request = unsafe handle.map({ unsafe CancelRequest(owning: $0) }) else {
            return false
        }
        let done = DispatchSemaphore(value: 0)
        DispatchQueue(label: "laborwatch.postgres.cancel").async {
            request.send()
            done.signal()
        }
        let parts = Link.cleanupLimit.components
        return done.wait(timeout: .now() + .seconds(Int(parts.seconds))) == .success
    }

    /// Reads and drops everything up to the statement's end.
    private func drain() -> Bool {
        let patience = Patience(Link.cleanupLimit, nil)
        while !patience.isOver {
            guard let result = try? quietResult(patience) else { return !isBroken }
            switch result.status {
            case PGRES_COPY_OUT:
                guard dropCopyData(patience) else { return false }
            case PGRES_COPY_IN:
                guard unsafe PQputCopyEnd(raw, "given up by the client") == 1 else { return false }
            default:
                continue
            }
        }
        return false
    }

    /// The next result without cancelling anything again; nil at the end, an error otherwise.
    private func quietResult(_ patience: Patience) throws(PostgresError) -> StatementResult? {
        while true {
            let isUnsent = unsafe PQflush(raw) == 1
            if unsafe PQisBusy(raw) == 0 { break }
            guard wait(writable: isUnsent, patience) == .ready, unsafe PQconsumeInput(raw) == 1
            else {
                markBroken()
                throw PostgresError(.connectionLost, "a cancelled statement did not end")
            }
        }
        guard let result = unsafe PQgetResult(raw) else { return nil }
        return unsafe StatementResult(owning: result)
    }

    /// Drops the rows of a COPY that nobody wants any more.
    private func dropCopyData(_ patience: Patience) -> Bool {
        while true {
            var buffer: UnsafeMutablePointer<CChar>?
            let length = unsafe PQgetCopyData(raw, &buffer, 1)
            if length < 0 { return true }
            if length > 0 {
                unsafe PQfreemem(buffer)
                continue
            }
            guard wait(writable: false, patience) == .ready, unsafe PQconsumeInput(raw) == 1 else {
                return false
            }
        }
    }
}

/// Owns one PGcancel.
///
/// Unchecked: it is made on one thread, handed over, and sent once; libpq lets any thread do so.
@safe
private final class CancelRequest: @unchecked Sendable {
    private let raw: OpaquePointer

    init(owning raw: OpaquePointer) {
        unsafe self.raw = unsafe raw
    }

    deinit {
        unsafe PQfreeCancel(raw)
    }

    func send() {
        var words = [CChar](repeating: 0, count: 256)
        unsafe words.withUnsafeMutableBufferPointer { buffer in
            _ = unsafe PQcancel(raw, buffer.baseAddress, Int32(buffer.count))
        }
    }
}
