import Foundation
import Support

/// A real Alertmanager on a loopback port, with a directory of its own.
struct AlertmanagerServer: Sendable {
    /// The program, as Debian or upstream names it.
    static let program = installed("prometheus-alertmanager", "alertmanager")

    let url: String

    /// Runs a body with an Alertmanager that knows one receiver, a webhook.
    static func running(
        webhook: String, _ body: (AlertmanagerServer) async throws -> Void
    ) async throws {
        guard let program else { return }
        try await withDirectory { directory in
            let configuration = """
                route:
                  receiver: bureau
                  group_by: [alertname, subject_type, subject_id]
                  group_wait: 0s
                  group_interval: 1s
                  repeat_interval: 1h
                receivers:
                  - name: bureau
                    webhook_configs:
                      - {url: "\(webhook)", send_resolved: true}
                """
            try configuration.write(
                toFile: directory + "/alertmanager.yml", atomically: true, encoding: .utf8)
            let process = Process()
            process.executableURL = URL(fileURLWithPath: program)
            process.arguments = [
                "--config.file=\(directory)/alertmanager.yml", "--storage.path=\(directory)/data",
                "--web.listen-address=127.0.0.1:0", "--cluster.listen-address=",
                "--web.external-url=https://watch.example", "--web.route-prefix=/",
            ]
            let output = Pipe()
            process.standardError = output
            process.standardOutput = FileHandle.nullDevice
            try process.run()
            defer {
                process.terminate()
                process.waitUntilExit()
            }
            let port = try await listening(output.fileHandleForReading)
            try await body(AlertmanagerServer(url: "http://127.0.0.1:\(port)"))
        }
    }

    private struct NotListening: Error { let log: String }

    /// The port out of the log line that names it.
    private static func listening(_ handle: FileHandle) async throws -> Int {
        let (lines, heard) = AsyncStream.makeStream(of: String.self)
        // The pipe is read to its end, so that the server never waits for a reader.
        Thread.detachNewThread {
            var rest = Data()
            while true {
                let data = handle.availableData
                if data.isEmpty { break }
                rest += data
                while let end = rest.firstIndex(of: UInt8(ascii: "\n")) {
                    heard.yield(String(decoding: rest[..<end], as: UTF8.self))
                    rest = rest[rest.index(after: end)...]
                }
            }
            heard.finish()
        }
        var log = ""
        for await line in lines {
            log += line + "\n"
            if let match = line.firstMatch(of: /[Ll]istening on.*127\.0\.0\.1:([0-9]+)/),
                let port = Int(match.1)
            {
                return port
            }
        }
        throw NotListening(log: log)
    }
}
