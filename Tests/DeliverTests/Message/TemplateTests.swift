import Alerting
import Deliver
import Foundation
import Labor
import Logging
import Testing

@Suite(.timeLimit(.minutes(20))) struct TemplateTests {
    struct Broken: Sendable, CustomTestStringConvertible {
        var text: String
        var line: Int
        var words: String
        var testDescription: String { text }
    }

    @Test(arguments: [
        Broken(text: "{{title}}\n{{#alerts}}\n{{title}}", line: 3, words: "no Mustache"),
        Broken(text: "eins\nzwei {{title", line: 2, words: "no Mustache"),
        Broken(text: "{{title}}\n\n{{titel}}", line: 3, words: "'titel'"),
        Broken(text: "{{#alerts}}{{titel}}{{/alerts}}", line: 1, words: "'titel'"),
        Broken(text: "{{#never}}x{{/never}}", line: 1, words: "'never'"),
        Broken(text: "", line: 1, words: "empty"),
        Broken(text: " \n{{more}} ", line: 1, words: "empty"),
        Broken(text: "a\n{{> other}}", line: 2, words: "include"),
    ])
    func `a broken template is refused with its line`(_ broken: Broken) throws {
        let fault = try #require(
            #expect(throws: TemplateFault.self) {
                try MessageTemplate(text: broken.text, file: "x.mustache", language: .chinese)
            })
        #expect(fault.line == broken.line, "\(fault)")
        #expect(fault.message.contains(broken.words), "\(fault)")
        #expect(!fault.hint.isEmpty)
    }

    @Test func `a template that is not there says so`() {
        let fault = #expect(throws: TemplateFault.self) {
            try MessageTemplate(file: "/nonexistent/x.mustache", language: .english)
        }
        #expect(fault?.message == "the template cannot be read")
    }

    @Test func `a template words single alerts and groups`() async throws {
        let template = try MessageTemplate(
            text: """
                {{#is_group}}
                {{count}} 件：{{#alerts}}{{tier_name}}/{{title}};{{/alerts}}{{#more}}还有{{more}}{{/more}}
                {{/is_group}}
                {{^is_group}}
                {{tier}} {{title}} {{period}} {{persons}}人{{#responsible}}!{{/responsible}} & <b>
                {{/is_group}}
                """, file: "x.mustache", language: .chinese)
        let house = ChatHouse(.wecom)
        try await withChat(house, format: .text, source: .template(template)) { receiver, _ in
            _ = try await receiver.deliver(notice(), at: morning)
            _ = try await receiver.deliver(try #require(group(3)), at: morning)
            _ = try await receiver.deliver(try #require(group(300)), at: morning)
        }
        #expect(house.texts[0] == "orange 西藏甲公司裁员 126 人 2026-10 126人 & <b>\n")
        let title = "西藏甲公司裁员 126 人 之"
        #expect(house.texts[1] == "3 件：橙色/\(title)2;黄色/\(title)1;蓝色/\(title)0;\n")
        let listed = house.texts[2].components(separatedBy: ";").count - 1
        #expect(listed > 10)
        #expect(house.texts[2].hasSuffix("还有\(300 - listed)\n"))
        #expect(house.refused == 0)
    }

    @Test(arguments: Language.allCases)
    func `a broken template gives way to the built-in text, which says so, once in the log`(
        _ language: Language
    ) async throws {
        let kept = LogLines()
        let logger = Logger(label: "test") { _ in KeepingLogHandler(kept: kept) }
        let fault = TemplateFault(
            file: "/etc/laborwatch/x.mustache", line: 7, column: 0, message: "no alert has that",
            hint: "mend it")
        let house = ChatHouse(.dingtalk)
        try await withChat(house, language: language, source: .broken(fault), logger: logger) {
            receiver, _ in
            _ = try await receiver.deliver(notice(), at: morning)
            _ = try await receiver.deliver(try #require(group(300)), at: morning)
        }
        let words = language == .chinese ? "改用内置文字" : "this is the built-in text"
        for text in house.texts {
            let last = try #require(text.split(separator: "\n").last)
            #expect(last.contains(words) && last.contains("x.mustache") && last.contains("7"))
            #expect(!last.contains("/etc"))
        }
        #expect(house.texts.count == 2)
        #expect(kept.lines.count { $0.level == .warning } == 1)
    }
}
