import Foundation
import Support
import Testing

/// `receivers list|test` and what `check` says of receivers, run as an operator runs them.
@Suite(.timeLimit(.minutes(20))) struct ProgramReceiverTests {
    private func config(_ scratch: Scratch, _ lines: String) throws -> String {
        try scratch.write(
            "laborwatch.yaml", "language: en\nlog: {level: warning}\nreceivers:\n\(lines)\n")
    }

    @Test func `a test message is marked and goes to one receiver`() async throws {
        let scratch = try Scratch()
        let path = try config(
            scratch,
            "  - {name: a, type: file, directory: one}\n  - {name: b, type: file, directory: two}")
        let outcome = try await Program.run(
            ["receivers", "test", "b", "--config", path], in: scratch)
        #expect(outcome.code == 0, "\(outcome.errors)")
        #expect(outcome.lines == ["b: taken"])
        let files = try FileManager.default.contentsOfDirectory(atPath: scratch.path + "/two")
        let file = try #require(files.first)
        let text = try String(contentsOfFile: scratch.path + "/two/" + file, encoding: .utf8)
        #expect(text.contains("TEST 测试"))
        #expect(text.split(separator: "\n").count == 1)
        #expect(!FileManager.default.fileExists(atPath: scratch.path + "/one"))
    }

    @Test func `an unknown receiver, a refusal and silence have their exit codes`() async throws {
        let scratch = try Scratch()
        try scratch.write("bot", "http://127.0.0.1:1/send?key=0123456789abcdef")
        let path = try config(scratch, "  - {name: group, type: wecom, url_file: ./bot}")
        let silent = try await Program.run(
            ["receivers", "test", "group", "--config", path], in: scratch)
        #expect(silent.code == 3, "\(silent.errors)")
        #expect(silent.errors.contains("no connection"))
        #expect(!silent.errors.contains("0123456789abcdef"))
        let unknown = try await Program.run(
            ["receivers", "test", "groop", "--config", path], in: scratch)
        #expect(unknown.code == 2)
        #expect(unknown.errors.contains("did you mean 'group'?"))
        let list = try await Program.run(
            ["receivers", "list", "--format", "jsonl", "--config", path], in: scratch)
        #expect(list.code == 0)
        #expect(list.output.contains(#""type":"wecom""#))
        #expect(!list.output.contains("0123456789abcdef"))
    }

    @Test func `check names the line of a broken template`() async throws {
        let scratch = try Scratch()
        try scratch.write("chat.mustache", "{{headline}}\n{{titel}}\n")
        try scratch.write("bot", "http://127.0.0.1:1/send?key=0123456789abcdef")
        let path = try config(
            scratch, "  - {name: group, type: wecom, url_file: ./bot, template_file: chat.mustache}"
        )
        let broken = try await Program.run(["check", "--config", path], in: scratch)
        #expect(broken.code == 2)
        #expect(broken.errors.contains("chat.mustache:2"), "\(broken.errors)")
        #expect(broken.errors.contains("'titel'"))
        try scratch.write("chat.mustache", "{{headline}}\n{{title}}\n")
        let right = try await Program.run(["check", "--config", path], in: scratch)
        #expect(right.code == 0, "\(right.errors)")
        #expect(right.output.contains("receiver group: wecom by the address in"))
    }

    @Test func `check reads what the files of a receiver hold`() async throws {
        let scratch = try Scratch()
        try scratch.write("bot", "not an address")
        let path = try config(scratch, "  - {name: group, type: feishu, url_file: ./bot}")
        let outcome = try await Program.run(["check", "--config", path], in: scratch)
        #expect(outcome.code == 2)
        #expect(outcome.errors.contains("holds no single https:// address"), "\(outcome.errors)")
    }

    @Test(arguments: [nil, "", "no certificate"] as [String?])
    func `check names the line of a file of authorities that is none`(
        _ text: String?
    ) async throws {
        let scratch = try Scratch()
        if let text { try scratch.write("ca.pem", text) }
        let secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
        try scratch.write("secret", secret)
        try scratch.write("bot", "https://chat.bureau.example/send?key=0123456789abcdef")
        let path = try config(
            scratch,
            """
              - {name: a, type: webhook, url: "https://h.example/", secret_file: ./secret,
                 ca_file: ./ca.pem}
              - {name: b, type: alertmanager, url: "https://h.example/", ca_file: ./ca.pem}
              - {name: c, type: cap, sender: a@b, url: "https://h.example/", ca_file: ./ca.pem}
              - {name: d, type: wecom, url_file: ./bot, ca_file: ./ca.pem}
              - {name: e, type: mail, host: h, from: a@b, to: [c@d], ca_file: ./ca.pem}
            """)
        let outcome = try await Program.run(["check", "--config", path], in: scratch)
        #expect(outcome.code == 2)
        let words = text == nil ? "there is no file" : "holds no certificate in PEM"
        for line in 5...9 {
            let named = outcome.errors.split(separator: "\n").first {
                $0.contains("laborwatch.yaml:\(line):")
            }
            #expect(named?.contains(words) == true, "\(outcome.errors)")
        }
        #expect(outcome.errors.contains("let it hold certificates in PEM"))
    }
}
