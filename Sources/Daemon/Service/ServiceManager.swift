import Glibc
import Synchronization

/// Reports the service's state to systemd (sd_notify): sends a datagram to the socket in
/// `NOTIFY_SOCKET`.
///
/// Without that variable, for example in a terminal, every call does nothing.
package struct ServiceManager: Sendable {
    private let path: String?
    private let lastBeat = Beat()
    /// The watchdog interval, seconds, within which progress must be reported; nil without a
    /// watchdog.
    package let watchdogSeconds: Double?

    /// A connection to the service manager, from the environment.
    package init(environment: [String: String]) {
        path = environment["NOTIFY_SOCKET"].flatMap { $0.isEmpty ? nil : $0 }
        let isOurs = environment["WATCHDOG_PID"].map { $0 == String(getpid()) } ?? true
        watchdogSeconds =
            isOurs ? environment["WATCHDOG_USEC"].flatMap(Double.init).map { $0 / 1e6 } : nil
    }

    /// Reports that the service has started, with a status line for `systemctl status`.
    package func ready(_ status: String) { send("READY=1\nSTATUS=\(status)") }
    /// Reports that the configuration is being reloaded.
    package func reloading() {
        let micros = Int64(SystemClock.monotonic() * 1e6)
        send("RELOADING=1\nMONOTONIC_USEC=\(micros)")
    }
    /// Reports that the service is stopping.
    package func stopping() { send("STOPPING=1") }
    /// Reports progress within a cycle. It is called when rows arrive, never by a timer.
    package func alive() { send("WATCHDOG=1") }
    /// Reports progress of work that happens often. Sends at most one message a second, and none
    /// without a watchdog.
    package func stillWorking() {
        guard let watchdogSeconds else { return }
        let now = SystemClock.monotonic()
        let isDue = lastBeat.withLock { last in
            guard now - last >= min(1, watchdogSeconds / 3) else { return false }
            last = now
            return true
        }
        if isDue { alive() }
    }

    /// Reports progress after a cycle, with a status line. It is never called by a timer.
    package func progress(_ status: String) { send("WATCHDOG=1\nSTATUS=\(status)") }
    /// Sets the status line for `systemctl status`.
    package func status(_ text: String) { send("STATUS=\(text)") }

    private func send(_ message: String) {
        guard let path else { return }
        let descriptor = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue) | closeOnExec, 0)
        guard descriptor >= 0 else { return }
        defer { close(descriptor) }
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        // A leading `@` means an abstract socket, whose first byte is zero.
        var bytes = Array(path.utf8)
        if bytes.first == UInt8(ascii: "@") { bytes[0] = 0 }
        guard bytes.count < MemoryLayout.size(ofValue: address.sun_path) else { return }
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: bytes) }
        let length = socklen_t(MemoryLayout<sa_family_t>.size + bytes.count)
        let text = Array(message.utf8)
        withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { raw in
                _ = sendto(descriptor, text, text.count, Int32(MSG_NOSIGNAL), raw, length)
            }
        }
    }
}

/// When `stillWorking` last sent a message, seconds.
private final class Beat: Sendable {
    private let last = Mutex(-Double.infinity)

    func withLock<R: Sendable>(_ body: (inout sending Double) -> sending R) -> R {
        last.withLock(body)
    }
}

/// The flag SOCK_CLOEXEC as a number; Glibc's enumeration is not imported as one.
private let closeOnExec: Int32 = 0o2000000
