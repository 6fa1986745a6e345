import Alerting
import Deliver
import Foundation
import Labor
import Settings
import Testing

@Suite struct ReceiverSettingsTests {
    private func receiver(_ line: String) throws -> Configuration.Receiver {
        try #require(
            try Configuration.parse(
                text: "receivers: [{name: x, \(line)}]", file: "/etc/lw/c.yaml", environment: [:],
                requires: .none
            ).receivers.first)
    }

    @Test func `a chat receiver has its defaults, and a bare file is a credential`() throws {
        let configuration = try Configuration.parse(
            text: "receivers: [{name: x, type: dingtalk, url_file: bot}]", file: "c.yaml",
            environment: ["CREDENTIALS_DIRECTORY": "/run/credentials/lw"], requires: .none)
        #expect(
            configuration.receivers[0].description
                == "{name: x, type: dingtalk, url_file: /run/credentials/lw/bot, format: markdown, "
                + "mention: all, mention_tiers: [red], timeout: 20s, language: zh-CN}")
    }

    @Test(arguments: [("", 587), (", security: tls", 465), (", security: none", 25)])
    func `a mail receiver's port follows its security`(_ words: String, _ port: Int) throws {
        let way = try receiver("type: mail, host: m, from: a@b, to: [c@d]\(words)").way
        guard case .mail(let settings) = way else { throw Missing() }
        #expect(settings.port == port)
    }

    @Test func `templates go by the receiver's language`() throws {
        let receiver = try receiver("type: journald, template_file: a, templates: {en: b}")
        #expect(
            receiver.description
                == "{name: x, type: journald, socket: /run/systemd/journal/socket, "
                + "template_file: /etc/lw/a, templates: {en: /etc/lw/b}, language: zh-CN}")
        // Neither is there: the words are the program's own, and the fault names the one asked for.
        guard case .journald(let settings) = receiver.way,
            case .broken(let own) = settings.templates.source(.english),
            case .broken(let other) = settings.templates.source(.chinese)
        else { throw Missing() }
        #expect([own.file, other.file] == ["/etc/lw/b", "/etc/lw/a"])
    }

    struct Refusal: Sendable, CustomTestStringConvertible {
        var line: String
        var words: String
        var testDescription: String { line }
    }

    @Test(arguments: [
        Refusal(line: "type: wecom", words: "url_file"),
        Refusal(line: "type: wecom, url: 'https://x/key=1'", words: "no key 'url'"),
        Refusal(line: "type: wecom, url_file: 'https://x/key=SESAME'", words: "an address itself"),
        Refusal(line: "type: wecom, url_file: a, secret_file: b", words: "WeCom signs nothing"),
        Refusal(line: "type: feishu, url_file: a, mention: loud", words: "all, none"),
        Refusal(line: "type: feishu, url_file: a, timeout: 60s", words: "30s"),
        Refusal(
            line: "type: alertmanager, url: 'http://h', ca_file: /ca.pem", words: "no TLS at"),
        Refusal(line: "type: file, ca_file: /ca.pem", words: "'ca_file'"),
        Refusal(line: "type: mail, from: a@b, to: [c@d]", words: "'host'"),
        Refusal(line: "type: mail, host: m, from: ab, to: [c@d]", words: "duty@bureau.example"),
        Refusal(line: "type: mail, host: m, from: a@b, to: []", words: "no recipient"),
        Refusal(
            line: "type: mail, host: m, from: a@b, to: [c@d], username: u", words: "go together"),
        Refusal(
            line:
                "type: mail, host: m, from: a@b, to: [c@d], username: u, password_file: p, security: none",
            words: "open connection"),
        Refusal(line: "type: mail, host: m, from: a@b, to: [c@d], password: p", words: "never in"),
        Refusal(line: "type: syslog, transport: udp", words: "'host'"),
        Refusal(line: "type: syslog, facility: mail", words: "local0"),
        Refusal(line: "type: journald, templates: {fr: x}", words: "'fr'"),
    ])
    func `a mistake is named with its place`(_ refusal: Refusal) throws {
        let error = try #require(
            #expect(throws: ConfigurationError.self) { try receiver(refusal.line) })
        #expect("\(error)".contains(refusal.words), "\(error)")
        #expect(error.problems.allSatisfy { $0.line == 1 })
        #expect(!"\(error)".contains("SESAME"))
    }

    @Test func `settings are shown as they would stand in the file`() throws {
        for line in [
            "type: dingtalk, url_file: /a, secret_file: /b, format: text, mention: none, "
                + "mention_tiers: [orange, red], timeout: 5s, template_file: /t",
            "type: mail, host: m, port: 26, security: none, from: a@b, to: [c@d, e@f], html: true, "
                + "timeout: 20s",
            "type: syslog, transport: tcp, host: h, port: 601, facility: daemon",
            "type: journald, socket: /s, templates: {en: /e}",
            "type: feishu, url_file: /a, ca_file: /ca.pem",
            "type: mail, host: m, from: a@b, to: [c@d], ca_file: /ca.pem",
            "type: alertmanager, url: https://h, ca_file: /ca.pem, allow_private: true",
        ] {
            let first = try receiver(line)
            let words = first.description.dropFirst("{name: x, ".count).dropLast()
            #expect(!words.isEmpty)
            #expect(try receiver(String(words)) == first)
        }
    }

    private struct Missing: Error {}
}
