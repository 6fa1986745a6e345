import Foundation
import Labor
import Synchronization
import Testing

/// A real mail server in a process of its own, gone with the test.
final class MailHost: Sendable {
    enum Mode: String, Sendable, CaseIterable { case none, starttls, tls }

    /// A mail as the server got it.
    struct Mail: Decodable, Sendable {
        var from: String
        var to: [String]
        var tls: Bool
        var login: Bool
        var raw: Data
        /// The whole message.
        var text: String { String(decoding: raw, as: UTF8.self) }
        /// A header, unfolded.
        func header(_ name: String) -> String? {
            let head = text.components(separatedBy: "\r\n\r\n")[0]
                .replacing("\r\n ", with: " ").components(separatedBy: "\r\n")
            return head.first { $0.hasPrefix("\(name): ") }.map {
                String($0.dropFirst(name.count + 2))
            }
        }
        /// Headers and words as a mail program of another maker reads them.
        func read() throws -> [String] {
            let script = """
                import email, email.policy, sys
                m = email.message_from_bytes(sys.stdin.buffer.read(), policy=email.policy.default)
                print(m['subject']); print(len(m.defects))
                for kind in ('plain', 'html'):
                    part = m.get_body(preferencelist=(kind,))
                    print(repr(part.get_content()) if part else None)
                """
            return try MailHost.run(["-c", script], input: raw).components(separatedBy: "\n")
        }
    }

    let port: Int
    private let process: Process
    private let output: FileHandle
    private let input: FileHandle

    /// The certificate of `localhost`, which signs itself.
    static func certificate(in directory: String) throws -> (certificate: String, key: String) {
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/openssl")
        process.arguments = [
            "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes",
            "-keyout", directory + "/key.pem", "-out", directory + "/cert.pem", "-days", "2",
            "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1",
        ]
        process.standardError = FileHandle.nullDevice
        try process.run()
        process.waitUntilExit()
        try #require(process.terminationStatus == 0)
        return (directory + "/cert.pem", directory + "/key.pem")
    }

    init(_ mode: Mode, files: (certificate: String, key: String), mechanism: String? = nil) throws {
        let script = URL(filePath: #filePath).deletingLastPathComponent().path + "/mailhost.py"
        process = Process()
        process.executableURL = URL(filePath: "/usr/bin/python3")
        process.arguments =
            [script, mode.rawValue, files.certificate, files.key] + (mechanism.map { [$0] } ?? [])
        let (outward, inward) = (Pipe(), Pipe())
        process.standardOutput = outward
        process.standardInput = inward
        try process.run()
        output = outward.fileHandleForReading
        input = inward.fileHandleForWriting
        let line = String(decoding: output.availableData, as: UTF8.self)
        port = try #require(
            Int(line.trimmingCharacters(in: .whitespacesAndNewlines)),
            "the mail server did not start: is python3-aiosmtpd installed?")
    }

    deinit { process.terminate() }

    /// Ends the server and returns the mails that it accepted.
    func mails() throws -> [Mail] {
        try input.close()
        let lines = output.readDataToEndOfFile().split(separator: UInt8(ascii: "\n"))
        return try lines.map { try JSONDecoder().decode(Mail.self, from: $0) }
    }

    private static func run(_ arguments: [String], input: Data) throws -> String {
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/python3")
        process.arguments = arguments
        process.environment = ["PYTHONIOENCODING": "utf-8"]
        let (outward, inward) = (Pipe(), Pipe())
        process.standardOutput = outward
        process.standardInput = inward
        try process.run()
        try inward.fileHandleForWriting.write(contentsOf: input)
        try inward.fileHandleForWriting.close()
        let data = outward.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        return String(decoding: data, as: UTF8.self)
    }
}
