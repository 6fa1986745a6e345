import Alerting
import Deliver
import Foundation
import Labor
import Support
import Testing

@Suite(.timeLimit(.minutes(20))) struct FullDiskTests {
    private static func receiver(_ directory: String) -> FileReceiver {
        FileReceiver(
            FileReceiverOptions(
                name: "file", directory: directory, retentionDays: 0, language: .english,
                zone: .shanghai))
    }

    @Test func `a device without room is a failure to try again`() async throws {
        try await withDirectory { directory in
            let path = directory + "/alerts-2026-11-05.jsonl"
            try FileManager.default.createSymbolicLink(
                atPath: path, withDestinationPath: "/dev/full")
            let failure = try #require(
                await #expect(throws: DeliveryFailure.self) {
                    try await FullDiskTests.receiver(directory).deliver(notice(), at: morning)
                })
            #expect(failure.verdict == .transient)
            #expect(failure.message == "append to \(path): No space left on device")
            #expect(failure.hint?.contains("make room") == true)
        }
    }

    /// A limit on the size of files makes the kernel write the beginning of a line and no more, as a
    /// disk does that fills up. It holds for a whole process, so this runs in one of its own.
    @Test func `a line that found room for its beginning only is taken back`() async {
        await #expect(processExitsWith: .success) {
            try await withDirectory { directory in
                let receiver = FullDiskTests.receiver(directory)
                let path = directory + "/alerts-2026-11-05.jsonl"
                _ = try await receiver.deliver(notice(), at: morning)
                let before = try Data(contentsOf: URL(fileURLWithPath: path))
                signal(SIGXFSZ, SIG_IGN)
                var limit = rlimit(rlim_cur: rlim_t(before.count + 20), rlim_max: .max)
                try #require(setrlimit(__rlimit_resource_t(1), &limit) == 0)
                for _ in 1...2 {
                    let failure = try #require(
                        await #expect(throws: DeliveryFailure.self) {
                            try await receiver.deliver(notice("event-2"), at: morning)
                        })
                    #expect(failure.message.hasSuffix("the line was not written whole"))
                    #expect(try Data(contentsOf: URL(fileURLWithPath: path)) == before)
                }
                limit.rlim_cur = .max
                try #require(setrlimit(__rlimit_resource_t(1), &limit) == 0)
                _ = try await receiver.deliver(notice("event-2"), at: morning)
                let lines = try String(contentsOfFile: path, encoding: .utf8)
                    .split(separator: "\n")
                #expect(lines.count == 2)
            }
        }
    }

    /// A limit that leaves one descriptor lets the file be opened and the directory not. It holds
    /// for a whole process, so this runs in one of its own.
    @Test func `a file whose directory cannot be synced is not left open`() async {
        await #expect(processExitsWith: .success) {
            try await withDirectory { directory in
                // Whatever the process opens for itself at a first delivery is open afterwards.
                let receiver = FullDiskTests.receiver(directory + "/first")
                _ = try await receiver.deliver(notice(), at: morning)
                await receiver.close()
                let free = open("/dev/null", O_RDONLY)
                close(free)
                var limit = rlimit()
                let files = __rlimit_resource_t(7)
                try #require(getrlimit(files, &limit) == 0)
                let before = limit.rlim_cur
                limit.rlim_cur = rlim_t(free + 1)
                try #require(setrlimit(files, &limit) == 0)
                let failure = await #expect(throws: DeliveryFailure.self) {
                    try await FullDiskTests.receiver(directory).deliver(notice(), at: morning)
                }
                limit.rlim_cur = before
                try #require(setrlimit(files, &limit) == 0)
                #expect(failure?.message == "open \(directory): Too many open files")
                let links = try FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd")
                let open = links.compactMap {
                    try? FileManager.default.destinationOfSymbolicLink(
                        atPath: "/proc/self/fd/\($0)")
                }
                #expect(!open.contains { $0.hasPrefix(directory) })
            }
        }
    }

    @Test func `a path that cannot be a directory is named in the failure`() async throws {
        try await withDirectory { directory in
            let path = directory + "/file"
            try touch(path)
            for target in [path, path + "/below"] {
                let failure = try #require(
                    await #expect(throws: DeliveryFailure.self) {
                        try await FullDiskTests.receiver(target).deliver(notice(), at: morning)
                    })
                #expect(failure.verdict == .transient)
                #expect(failure.message == "use \(path): Not a directory")
                #expect(failure.hint == "set another directory for the receiver")
            }
        }
    }

    @Test(.enabled(if: geteuid() != 0, "root may write everywhere"))
    func `a directory without the right to write is named in the failure`() async throws {
        try await withDirectory { directory in
            chmod(directory, 0o500)
            let failure = try #require(
                await #expect(throws: DeliveryFailure.self) {
                    try await FullDiskTests.receiver(directory).deliver(notice(), at: morning)
                })
            #expect(failure.message.contains(directory))
            #expect(failure.hint?.contains("let the daemon's user write there") == true)
        }
    }
}
