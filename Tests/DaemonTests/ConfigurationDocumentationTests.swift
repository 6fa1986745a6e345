import Foundation
import Labor
import Settings
import Support
import Testing

@Suite struct ConfigurationDocumentationTests {
    /// The repository, from the place of this file.
    static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent()

    private static func text(_ path: String) throws -> String {
        try String(contentsOf: root.appendingPathComponent(path), encoding: .utf8)
    }

    /// The rows `| key | default | variable | …` of the documentation, without the backquotes.
    private static func rows() throws -> [[String]] {
        try text("docs/configuration.md").split(separator: "\n").filter { $0.hasPrefix("| `") }
            .map { row in
                row.split(separator: "|").prefix(3).map { cell in
                    cell.trimmingCharacters(in: .whitespaces).replacing("`", with: "")
                }
            }
    }

    @Test func `the documentation lists every key with its default and its variable`() throws {
        let keys = Configuration.keys.map { [$0.path, $0.fallback, $0.variable ?? "—"] }
        #expect(keys.count > 40)
        let rows = try ConfigurationDocumentationTests.rows()
        for key in keys { #expect(rows.contains(key), "not documented: \(key)") }
        for row in rows { #expect(keys.contains(row), "documented, but unknown: \(row)") }
        #expect(rows.count == keys.count)
    }

    private static func examples() throws -> [String] {
        try text("docs/configuration.md").components(separatedBy: "```yaml\n").dropFirst().map {
            $0.components(separatedBy: "```")[0]
        }
    }

    @Test func `the examples of the documentation are right`() throws {
        let examples = try ConfigurationDocumentationTests.examples()
            .filter { !$0.hasPrefix("rule:") && !$0.hasPrefix("# zh-CN.yaml") }
        #expect(examples.count >= 3)
        for example in examples {
            let configuration = try Configuration.parse(
                text: example, file: "docs/configuration.md", environment: [:], requires: .none)
            #expect(configuration.warnings.isEmpty)
        }
    }

    @Test func `the rule of the documentation is right`() throws {
        let examples = try ConfigurationDocumentationTests.examples()
        let rule = try #require(examples.first { $0.hasPrefix("rule:") })
        let directory = try Scratch()
        try directory.write("rules/small.yaml", rule)
        let texts = try #require(examples.first { $0.hasPrefix("# zh-CN.yaml") })
        try directory.write("texts/zh-CN.yaml", texts)
        try directory.write("texts/en.yaml", "rules: {layoff.small: {title: '{name}'}}")
        let catalogue = try Catalogue.load(
            Configuration.Rules(
                directory: directory.path + "/rules", textsDirectory: directory.path + "/texts",
                enabled: ["layoff.small"], disabled: []))
        #expect(catalogue.evaluated == ["layoff.small"])
    }

    @Test func `the installed example reads as it is and with every key written out`() throws {
        let text = try ConfigurationDocumentationTests.text("systemd/laborwatch.yaml")
        let plain = try Configuration.parse(text: text, file: "laborwatch.yaml", environment: [:])
        #expect(plain.receivers.count == 1)
        // Prose has one blank after the mark, a key that is switched off none or several.
        let commented = /( *)#((?:  |[^ ]).*)/
        let complete = text.split(separator: "\n", omittingEmptySubsequences: false).map { line in
            line.wholeMatch(of: commented).map { String($0.1 + $0.2) } ?? String(line)
        }.joined(separator: "\n")
        let all = try Configuration.parse(
            text: complete, file: "laborwatch.yaml", environment: [:])
        #expect(
            all.receivers.map(\.name) == [
                "file", "bureau", "alertmanager", "cap", "group", "duty", "logs", "journal",
            ])
        #expect(all.rules.enabled == ["layoff.statutory", "wage.arrears"])
        // Blue has no clock, and the example needs none.
        for key in Configuration.keys where key.path != "response.clocks.blue" {
            let name = key.path.split(whereSeparator: { ".[]".contains($0) }).last ?? ""
            #expect(complete.contains("\(name):"), "\(key.path) is not in the example")
        }
    }
}
