import Glibc
import Synchronization

/// A pipe that ends a poll(2) on another thread.
///
/// PQcancel blocks, so a cancelled task must not call it on its own thread. The task writes to the
/// pipe instead, which wakes the thread of the connection.
final class Wake: Sendable {
    /// The read end of the pipe; −1 when the process has no free file descriptor. Without it a
    /// waiting thread checks for cancellation only after each time slice.
    let descriptor: Int32
    private let writer: Int32

    init() {
        var ends: [Int32] = [-1, -1]
        let failed = unsafe pipe(&ends)
        descriptor = failed == 0 ? ends[0] : -1
        writer = failed == 0 ? ends[1] : -1
        for end in [descriptor, writer] where end >= 0 {
            _ = fcntl(end, F_SETFD, FD_CLOEXEC)
            _ = fcntl(end, F_SETFL, O_NONBLOCK)
        }
    }

    deinit {
        if descriptor >= 0 { close(descriptor) }
        if writer >= 0 { close(writer) }
    }

    /// Ends the current wait, or the next one when no wait is running.
    func ring() {
        var byte: UInt8 = 1
        _ = unsafe write(writer, &byte, 1)
    }

    /// Reads the pipe until it is empty, so that the next poll waits again.
    func hush() {
        var bytes = [UInt8](repeating: 0, count: 64)
        while unsafe read(descriptor, &bytes, bytes.count) > 0 {}
    }
}

/// Whether the task that requested one piece of work was cancelled.
final class Cancellation: Sendable {
    private let flag = Atomic<Bool>(false)
    private let wake: Wake

    init(wake: Wake) {
        self.wake = wake
    }

    var isCancelled: Bool { flag.load(ordering: .acquiring) }

    func cancel() {
        flag.store(true, ordering: .releasing)
        wake.ring()
    }
}

/// The limits of a wait: a deadline, and a cancellation that may end the wait earlier.
struct Patience {
    /// The instant after which the wait has timed out.
    var deadline: ContinuousClock.Instant
    /// The cancellation of the requesting task; nil during clean-up, which must not be interrupted.
    var cancellation: Cancellation?

    /// A deadline from now. Limits above one year are cut to one year, so that the sum cannot
    /// overflow.
    init(_ limit: Duration, _ cancellation: Cancellation?) {
        deadline = ContinuousClock.now.advanced(by: min(limit, .seconds(365 * 86_400)))
        self.cancellation = cancellation
    }

    var isCancelled: Bool { cancellation?.isCancelled ?? false }
    var isOver: Bool { ContinuousClock.now >= deadline }

    /// Milliseconds to the deadline, rounded up and bounded by `slice`, for poll(2).
    func milliseconds(slice: Int64) -> Int32 {
        let parts = (deadline - ContinuousClock.now).components
        guard parts.seconds < slice / 1_000 + 1 else { return Int32(slice) }
        let perMillisecond: Int64 = 1_000_000_000_000_000
        let left =
            parts.seconds * 1_000 + (parts.attoseconds + perMillisecond - 1) / perMillisecond
        return Int32(max(0, min(left, slice)))
    }
}
