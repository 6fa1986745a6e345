import Daemon
import Foundation
import Glibc
import Support

/// The built program, which lies beside the tests that run now.
enum Program {
    /// How a run ended and what it said.
    struct Outcome: Sendable {
        /// The exit code; nil when a signal ended it.
        var code: Int32?
        /// Standard output.
        var output: String
        /// Standard error.
        var errors: String

        /// The lines of the output.
        var lines: [String] { output.split(separator: "\n").map(String.init) }
    }

    /// Where it is.
    static func path() throws -> String {
        let own = try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
        let path = URL(filePath: own).deletingLastPathComponent().path + "/laborwatch"
        guard FileManager.default.isExecutableFile(atPath: path) else {
            throw NotInTime(what: "\(path) is not there: build the whole package")
        }
        return path
    }

    /// Runs it to its end.
    static func run(
        _ arguments: [String], in scratch: Scratch, environment: [String: String] = [:],
        within limit: Duration = .seconds(180)
    ) async throws -> Outcome {
        let running = try Running(arguments, in: scratch, environment: environment)
        return try await running.end(within: limit)
    }
}

/// A run of the program; what is still there when the test lets go of it is killed.
final class Running: Sendable {
    /// What came on standard error so far.
    private struct Log: Sendable {
        var bytes: [UInt8] = []
        /// Whether the program has closed it.
        var isComplete = false

        var text: String { String(decoding: bytes, as: UTF8.self) }

        func contains(_ words: String, times: Int) -> Bool {
            text.components(separatedBy: words).count > times
        }
    }

    private let process: Process
    private let gone = Latch()
    private let log = TestSignal(Log())
    private let output: String

    /// Starts the program in an environment of its own: nothing of the tests' shows through.
    init(_ arguments: [String], in scratch: Scratch, environment: [String: String] = [:]) throws {
        output = try scratch.write("run-\(UUID().uuidString).out", "")
        process = Process()
        process.executableURL = URL(filePath: try Program.path())
        process.arguments = arguments
        let own = ProcessInfo.processInfo.environment
        var all = ["HOME": scratch.path, "LANG": "C.UTF-8"]
        for name in ["PATH", "LD_LIBRARY_PATH"] { all[name] = own[name] }
        process.environment = all.merging(environment) { _, given in given }
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = FileHandle(forWritingAtPath: output)
        let pipe = Pipe()
        process.standardError = pipe
        process.terminationHandler = { [gone] _ in gone.open() }
        try process.run()
        let handle = pipe.fileHandleForReading
        Thread.detachNewThread { [log] in
            while true {
                let data = handle.availableData
                if data.isEmpty { break }
                log.update { $0.bytes += data }
            }
            log.update { $0.isComplete = true }
        }
    }

    deinit { kill() }

    /// What it wrote to standard error so far.
    var errors: String { log.value.text }

    /// Whether it has ended.
    var isOver: Bool { gone.isOpen }

    /// Sends it a signal.
    func send(_ signal: Int32) {
        if process.isRunning { Glibc.kill(process.processIdentifier, signal) }
    }

    /// Ends it as a power cut would.
    func kill() { send(SIGKILL) }

    /// Waits for its end, which must come within a limit.
    func end(within limit: Duration = .seconds(180)) async throws -> Program.Outcome {
        let clock = ContinuousClock()
        let start = clock.now
        await gone.wait()
        try Task.checkCancellation()
        guard clock.now - start <= limit else {
            throw NotInTime(what: "the end of \(process.arguments ?? [])")
        }
        let errors = try await log.wait { $0.isComplete }.text
        return Program.Outcome(
            code: process.terminationReason == .exit ? process.terminationStatus : nil,
            output: try String(contentsOfFile: output, encoding: .utf8), errors: errors)
    }

    /// Waits until its log contains some words, so many times.
    func says(_ words: String, times: Int = 1) async throws {
        let said = try await log.wait { $0.isComplete || $0.contains(words, times: times) }
        guard said.contains(words, times: times) else {
            throw NotInTime(what: "it ended before '\(words)': \(said.text)")
        }
    }
}

extension Bench {
    /// Runs the program with this bench's configuration.
    func laborwatch(_ arguments: String..., config: String? = nil) async throws
        -> Program.Outcome
    {
        try await Program.run(
            arguments + ["--config", config ?? scratch.path + "/laborwatch.yaml"], in: scratch)
    }

    /// Starts the program with this bench's configuration.
    func start(_ arguments: String..., config: String? = nil) throws -> Running {
        try Running(
            arguments + ["--config", config ?? scratch.path + "/laborwatch.yaml"], in: scratch)
    }
}
