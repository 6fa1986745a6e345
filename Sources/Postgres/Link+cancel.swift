import CLibPQ
import Dispatch

extension Link {
    /// Cancels the running statement on the server and reads its remaining results.
    ///
    /// Each step is limited to `cleanupLimit`. When a step fails or times out, the connection is
    /// marked as broken.
    func abandon() {
        guard cancelOnServer(), drain() else {
            markBroken()
            return
        }
    }

    /// Sends a cancel request and waits until the server has accepted it; false when that fails.
    ///
    /// PQcancel blocks without a limit, so it runs on a thread of its own. Its end is awaited,
    /// because a request that arrives late would cancel the next statement. The request is sent
    /// without TLS, since libpq before version 17 cannot encrypt it; it contains the backend's
    /// cancel key and no data.
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

    /// Reads and discards everything up to the statement's end; false when that fails.
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

    /// The next result, without another cancel request; nil at the end. A wait that fails breaks
    /// the connection.
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

    /// Reads and discards the remaining rows of a COPY; false when that fails.
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
/// Unchecked `Sendable`: the request is created on one thread, transferred, and sent once. libpq
/// allows any thread to send it.
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
