import Daemon
import Foundation
import Glibc
import Support
import Testing

/// What systemd hears, on a real datagram socket.
@Suite(.timeLimit(.minutes(20))) struct ServiceManagerTests {
    /// A path in a folder of the test's own, and an abstract name.
    private static func names(_ scratch: Scratch) -> [String] {
        [scratch.path + "/notify", "@laborwatch-test-\(UUID().uuidString)"]
    }

    @Test func `every state reaches the socket, whether it has a path or an abstract name`() throws
    {
        let scratch = try Scratch()
        for name in ServiceManagerTests.names(scratch) {
            let listener = try NotifySocket(name)
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

    @Test func `what happens very often is told once in a third of the watchdog's time`() throws {
        let scratch = try Scratch()
        let name = ServiceManagerTests.names(scratch)[0]
        let listener = try NotifySocket(name)
        for (micros, count) in [("30000000", 1), (nil, 0)] {
            var environment = ["NOTIFY_SOCKET": name]
            environment["WATCHDOG_USEC"] = micros
            let manager = ServiceManager(environment: environment)
            for _ in 0..<100 { manager.stillWorking() }
            #expect(listener.messages == Array(repeating: "WATCHDOG=1", count: count))
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
