import Alerting
import Daemon
@testable import Deliver
import Detect
import Foundation
import Labor
import LaborRules
import Settings
import Support
import Testing
import Verbs

/// Files as editors and spreadsheets of Windows save them.
@Suite(.timeLimit(.minutes(20))) struct TextFileTests {
    private static let mark = "\u{FEFF}"

    /// A folder with every kind of file that a configuration names, each of which begins with a mark.
    private func scratch() throws -> Scratch {
        let scratch = try Scratch()
        func write(_ name: String, _ text: String) throws {
            let text = text.replacing("\n", with: "\r\n")
            try scratch.write(name, TextFileTests.mark + text)
        }
        try write(
            "laborwatch.yaml",
            """
            timezone: Asia/Urumqi
            rules: {directory: rules}
            routing: {file: routing.yaml}
            response: {measures: measures.yaml}
            receivers:
              - name: group
                type: dingtalk
                url_file: url
                secret_file: secret
                mention_file: people
                template_file: t.mustache
              - {name: bureau, type: webhook, url: "https://h.example/x", secret_file: hook}

            """)
        try write("routing.yaml", "route: {receivers: [group]}\n")
        try write("measures.yaml", "closings:\n  - {code: done, zh-CN: 办结, en: done, source: 自定}\n")
        try write("url", "https://oapi.example/robot/send?access_token=1\n")
        try write("secret", "SEC1\n")
        // Two lists, each with a mark, put together.
        try write("people", "13800000001\n\(TextFileTests.mark)13800000002\n")
        try write("t.mustache", "{{title}}\n")
        try write("hook", "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw\n")
        let rule = try #require(RuleFiles.all.first { $0.name == "rules/wage.arrears.yaml" })
        try write(
            "rules/wage.arrears.yaml",
            String(decoding: rule.bytes, as: UTF8.self)
                .replacing("grace_days: {value: 0,", with: "grace_days: {value: 7,"))
        return scratch
    }

    @Test func `a byte order mark is no part of any file that a configuration names`() throws {
        let scratch = try scratch()
        let components = try Components(
            path: scratch.path + "/laborwatch.yaml", environment: [:], requires: .none)
        #expect(components.configuration.timezone == "Asia/Urumqi")
        let rule = try #require(components.catalogue.rules.first { $0.id == "wage.arrears" })
        #expect(rule.definition.parameters["grace_days"] == .number(7))
        let codes = LedgerVerbs(components).codeTable(.english).rows
        #expect(codes.contains { $0[0] == "closings" && $0[1] == "done" })
        guard case .chat(let settings) = components.configuration.receivers[0].way else {
            Issue.record("no chat")
            return
        }
        let wording = MessageWording(
            language: .chinese, zone: .shanghai, source: settings.templates.source(.chinese))
        guard case .template = wording.source else {
            Issue.record("the template is not used")
            return
        }
        let options = try settings.options(name: "group", authorityFile: nil, wording: wording)
        #expect(options.mention == .listed(["13800000001", "13800000002"]))
        #expect(options.url.text == "https://oapi.example/robot/send?access_token=1")
        #expect(options.secret?.text == "SEC1")
        _ = try WebhookSecret(SecretFile.text(scratch.path + "/hook"))
    }

    @Test func `a byte order mark is no part of a list of facts, of events or of tests`() throws {
        let header = "subject_type,subject_id,kind,onset,end,is_event"
        let scratch = try Scratch()
        let path = try scratch.write(
            "truth.csv", TextFileTests.mark + "\(header)\nenterprise,1,layoff,2024-03,,1\n")
        #expect(try Truth(csv: TextReader.read(path)).rows.count == 1)
        let tests = try scratch.write(
            "t.yaml",
            TextFileTests.mark
                + """
                tests:
                  - name: nothing happens
                    enterprises: [{id: 1, region: "540102", industry: C}]
                    series: [{enterprise: 1, from: 2025-01, headcount: "400x4"}]
                    evaluate: {from: 2025-03, to: 2025-04}
                    expect: []

                """)
        let components = try Components(path: nil, environment: [:], requires: .none)
        #expect(try TestRulesVerb(components).run([tests]) { _ in }.passed == 1)
    }

    @Test func `a file in UTF-16 or GBK says so`() throws {
        for (bytes, words) in [
            ([0xFF, 0xFE, 0x61, 0x00] as [UInt8], "UTF-16"), ([0xFE, 0xFF, 0x00, 0x61], "UTF-16"),
            ([0xBC, 0xD7], "no UTF-8"),
        ] {
            let scratch = try Scratch()
            let path = try scratch.write("laborwatch.yaml", Data(bytes))
            let error = try #require(throws: ConfigurationError.self) {
                try Components(path: path, environment: [:], requires: .none)
            }
            #expect("\(error)".contains(words) && "\(error)".contains("save it as UTF-8"))
            let failure = try #require(throws: Failure.self) { _ = try SecretFile.text(path) }
            #expect(failure.message.contains(words))
        }
    }
}
