import Alerting
import Daemon
import Labor
import Settings
import Support
import Testing
import Verbs

/// Playbooks of a bureau's own on top of the built-in ones.
struct PlaybookTests {
    private static let steps = """
          steps:
            blue: {zh-CN: [打电话], en: [call]}
            yellow: {zh-CN: [上门], en: [visit]}
            orange: {zh-CN: [上报], en: [report]}
            red: {zh-CN: [到场], en: [be there]}
        """

    private static let whole = """
        dispute:
          responsible: {zh-CN: 仲裁院, en: court}
          basis: [{zh-CN: 自定, en: own}]
          clocks: {red: 1h, blue: 90m}
          escalation: {red: 3h}
          first_visit: {red: 2d}
        \(steps)
        """

    private func components(_ playbooks: String, _ scratch: Scratch) throws -> Components {
        try scratch.write("playbooks.yaml", playbooks)
        let path = try scratch.write(
            "laborwatch.yaml", "response: {playbooks: \(scratch.path)/playbooks.yaml}\n")
        return try Components(path: path, environment: [:], requires: .none)
    }

    @Test func `a kind is replaced wholly and the others stay`() throws {
        let scratch = try Scratch()
        let components = try components(PlaybookTests.whole, scratch)
        let rows = components.playbooks(.chinese).rows
        #expect(
            rows.filter { $0[0] == "dispute" } == [
                ["dispute", "blue", "1.5", "1.5", .null, "仲裁院", "打电话", "自定"],
                ["dispute", "yellow", "12", "12", .null, "仲裁院", "上门", "自定"],
                ["dispute", "orange", "2", "2", .null, "仲裁院", "上报", "自定"],
                ["dispute", "red", "1", "3", 2, "仲裁院", "到场", "自定"],
            ])
        #expect(Set(rows.map { $0[0] }).count == AlertKind.allCases.count)
    }

    @Test(arguments: Language.allCases)
    func `the pages for a reader are no wider than a terminal and leave nothing out`(
        _ language: Language
    ) throws {
        let scratch = try Scratch()
        let components = try components(PlaybookTests.whole, scratch)
        let pages = components.playbookPages(language)
        let lines = pages.split(separator: "\n")
        let widths = lines.map { line in
            line.unicodeScalars.reduce(0) { $0 + ($1.value >= 0x2E80 ? 2 : 1) }
        }
        #expect(widths.max() ?? 0 <= 96)
        let rows = components.playbooks(language).rows
        let all = pages.filter { !$0.isWhitespace }
        for row in rows {
            guard case .string(let steps) = row[6] else { continue }
            for step in steps.split(separator: "; ") {
                #expect(all.contains(step.filter { !$0.isWhitespace }))
            }
        }
        #expect(
            pages.contains(
                language == .chinese
                    ? "  红色：1小时内答复，上级3小时内，首次走访2天内\n    1. 到场"
                    : "  blue: answer within 90m, the level above within 90m\n    1. call"))
    }

    @Test(arguments: [
        ("clocks: {red: 1h, blue: 90m}", "clocks: {red: 30s}", "from 60s to 365d"),
        ("first_visit: {red: 2d}", "first_visit: {red: 36h}", "whole days"),
        ("first_visit: {red: 2d}", "first_visit: {red: 200d}", "to 92d"),
        ("clocks:", "clock:", "did you mean 'clocks'"), ("dispute:", "disputes:", "dispute"),
        ("responsible: {zh-CN: 仲裁院, en: court}", "responsible: {zh-CN: 仲裁院}", "'en' is missing"),
        ("en: [visit]", "en: []", "at least one step"), ("    red: {zh", "    purple: {zh", "red"),
        ("  basis: [{zh-CN: 自定, en: own}]\n", "", "'basis' is missing"),
    ])
    func `a mistake in a playbook is told with its place`(
        old: String, new: String, words: String
    ) throws {
        let scratch = try Scratch()
        #expect(PlaybookTests.whole.contains(old))
        let text = PlaybookTests.whole.replacing(old, with: new)
        #expect {
            _ = try components(text, scratch)
        } throws: { error in
            let message = "\(error)"
            return message.contains(words) && message.contains("playbooks.yaml:")
        }
    }
}
