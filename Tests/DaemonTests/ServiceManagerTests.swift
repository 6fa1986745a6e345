import Daemon
import Foundation
import Glibc
import Testing

/// What systemd hears, on a real datagram socket.
struct ServiceManagerTests {
    /// A socket of the kind that systemd hands out, bound to a name.
    private final class Listener: Sendable {
        private let descriptor: Int32

        /// - Parameter name: a path, or an abstract name after `@`.
        init(_ name: String) throws {
            descriptor = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue), 0)
            var address = sockaddr_un()
            address.sun_family = sa_family_t(AF_UNIX)
            var bytes = Array(name.utf8)
            if bytes.first == UInt8(ascii: "@") { bytes[0] = 0 }
            withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: bytes) }
            let length = socklen_t(MemoryLayout<sa_family_t>.size + bytes.count)
            let result = withUnsafePointer(to: &address) { pointer in
                pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    bind(descriptor, $0, length)
                }
            }
            guard result == 0 else { throw POSIXError(POSIXErrorCode(rawValue: errno) ?? .EIO) }
        }

        deinit { close(descriptor) }

        /// What has come, one message after the other.
        var messages: [String] {
            var found: [String] = []
            var buffer = [UInt8](repeating: 0, count: 4_096)
            while true {
                let count = recv(descriptor, &buffer, buffer.count, Int32(MSG_DONTWAIT))
                guard count > 0 else { return found }
                found.append(String(decoding: buffer.prefix(count), as: UTF8.self))
            }
        }
    }

    /// A path in a folder of the test's own, and an abstract name.
    private static func names(_ scratch: Scratch) -> [String] {
        [scratch.path + "/notify", "@laborwatch-test-\(UUID().uuidString)"]
    }

    @Test func `every state reaches the socket, whether it has a path or an abstract name`() throws
    {
        let scratch = try Scratch()
        for name in ServiceManagerTests.names(scratch) {
            let listener = try Listener(name)
            let manager = ServiceManager(environment: ["NOTIFY_SOCKET": name])
            manager.ready("watching")
            manager.progress("3 rows")
            manager.status("waiting")
            manager.stopping()
            #expect(
                listener.messages == [
                    "READY=1\nSTATUS=watching", "WATCHDOG=1\nSTATUS=3 rows", "STATUS=waiting",
                    "STOPPING=1",
                ])
            manager.reloading()
            let words = try #require(listener.messages.first).split(separator: "\n")
            #expect(words.first == "RELOADING=1")
            let micros = try #require(words.last?.split(separator: "=").last.flatMap { Int($0) })
            // The clock of the message is the one that systemd compares with: monotonic.
            #expect(abs(Double(micros) / 1e6 - SystemClock.monotonic()) < 60)
        }
    }

    @Test func `without a socket, or with one that is gone, nothing happens`() throws {
        let scratch = try Scratch()
        let long = "/" + String(repeating: "x", count: 300)
        for name in [nil, "", scratch.path + "/gone", long] {
            let manager = ServiceManager(environment: name.map { ["NOTIFY_SOCKET": $0] } ?? [:])
            manager.ready("watching")
            manager.stopping()
        }
        #expect(ServiceManager(environment: [:]).watchdogSeconds == nil)
    }

    @Test(arguments: [
        (["WATCHDOG_USEC": "30000000"], 30.0),
        (["WATCHDOG_USEC": "500000", "WATCHDOG_PID": "\(getpid())"], 0.5),
        (["WATCHDOG_USEC": "30000000", "WATCHDOG_PID": "1"], nil),
        (["WATCHDOG_USEC": "soon"], nil), ([:], nil),
    ])
    func `the watchdog is ours only when it says so`(
        environment: [String: String], seconds: Double?
    ) {
        #expect(ServiceManager(environment: environment).watchdogSeconds == seconds)
    }
}
