import Foundation
import FoundationXML
import Labor
import Support
import Testing
import Verbs

/// What a backtest can be asked beside its events.
@Suite(.timeLimit(.minutes(20))) struct ProgramBacktestTests {
    private let span = ["--from", "2025-01", "--to", "2025-12"]

    private func backtest(_ bench: Bench, _ more: String...) async throws -> Program.Outcome {
        let outcome = try await Program.run(
            ["backtest"] + span + more + ["--config", bench.scratch.path + "/laborwatch.yaml"],
            in: bench.scratch)
        #expect(outcome.code == 0, "\(outcome.errors)")
        return outcome
    }

    @Test func `history loaded late can count as reported in time`() async throws {
        try await withBench { bench in
            try await bench.live()
            try bench.configure()
            let known = try await backtest(bench, "--format", "jsonl", "--rule", "layoff").lines
            #expect(known.count > 5)
            try await bench.run("UPDATE labor.report SET reported_at = now();")
            let late = try await backtest(bench, "--format", "jsonl", "--rule", "layoff").lines
            #expect(late == [])
            // A month was known on the third day of the next one, so that three days are the same.
            let assumed = try await backtest(
                bench, "--format", "jsonl", "--rule", "layoff", "--assume-reported", "3d"
            ).lines
            func events(_ lines: [String]) throws -> [String] {
                try lines.map { line in
                    let event = try JSONValue(line: line)
                    return ["as_of", "what", "rule", "tier"].map { event[$0].text }
                        .joined(separator: " ") + event["subject"]["id"].text
                }
            }
            #expect(try events(assumed) == events(known))
        }
    }

    @Test func `reports that came in time are taken at their word`() async throws {
        try await withBench { bench in
            try await bench.live()
            try bench.configure()
            let known = try await backtest(bench, "--format", "jsonl")
            let assumed = try await backtest(bench, "--format", "jsonl", "--assume-reported", "40d")
            #expect(known.output == assumed.output)
        }
    }

    @Test func `two configurations are held against each other`() async throws {
        try await withBench { bench in
            try await bench.live()
            let all = try bench.configure()
            let few = try bench.configure("rules: {disabled: [event.direct]}", as: "few.yaml")
            func compared(_ first: String, _ second: String) async throws -> [JSONValue] {
                try await backtest(bench, "--format", "jsonl", "--compare", first, second).lines
                    .map { try JSONValue(line: $0) }
            }
            let same = try await compared(all, all)
            let first = try #require(same.first)
            #expect(same.count == 1)
            #expect(first["summary"]["only_a"] == 0)
            let both = try #require(first["summary"]["both"].number)
            #expect(both > 20)
            for (lines, side, count) in [
                (try await compared(all, few), "A", "only_a"),
                (try await compared(few, all), "B", "only_b"),
            ] {
                let summary = try #require(lines.last)["summary"]
                #expect(lines.count > 1)
                #expect(summary[count].number == lines.count - 1)
                #expect(summary["both"].number == both - (lines.count - 1))
                #expect(
                    lines.dropLast().allSatisfy {
                        $0["only_in"].text == side && $0["rule"].text == "event.direct"
                    })
            }
        }
    }

    @Test(arguments: ["en", "zh-CN"])
    func `a report is a page that needs nothing beside it`(language: String) async throws {
        try await withBench { bench in
            try await bench.live()
            try await bench.run(
                "UPDATE labor.enterprise SET name = E'<b>A & \"B\"|*\\u0001' WHERE enterprise_id = 1;"
            )
            try bench.configure()
            let truth = try bench.scratch.write(
                "truth.csv",
                "subject_type,subject_id,kind,onset,end,is_event\n"
                    + "enterprise,1,layoff,2025-04,2025-12,1\n")
            let folder = bench.scratch.path + "/a/report"
            let lines = try await backtest(
                bench, "--format", "jsonl", "--lang", language, "--truth", truth,
                "--report", folder
            ).lines
            let raised = try lines.map { try JSONValue(line: $0) }.count {
                $0["what"].text == "raised"
            }
            let page = try Page(Data(contentsOf: URL(filePath: folder + "/report.html")))
            #expect(page.language == language)
            #expect(page.counts["svg", default: 0] > 5)
            #expect(page.counts["polyline", default: 0] >= page.counts["svg", default: 0])
            #expect(page.counts["line", default: 0] >= page.counts["svg", default: 0])
            #expect(page.counts["polygon", default: 0] > page.counts["svg", default: 0])
            #expect(page.counts["rect", default: 0] > 0)
            #expect(page.text.contains("▲ 2025-"))
            #expect(page.text.contains("2025-04 – 2025-12"))
            #expect(page.addresses == [])
            #expect(page.text.contains("<b>A & \"B\"|*"))
            #expect(page.counts["b"] == nil)
            let markdown = try String(contentsOfFile: folder + "/report.md", encoding: .utf8)
            #expect(markdown.hasPrefix(language == "en" ? "# Backtest report" : "# 回测报告"))
            #expect(markdown.contains("&lt;b&gt;A &amp; \"B\"\\|\\*"))
            let parts = markdown.components(separatedBy: "\n```text\n")
            let rows = parts[0].split(separator: "\n").count { $0.hasPrefix("| 2025-") }
            #expect(rows == raised)
            #expect(parts.count > raised / 2)
            let line = try #require(parts[1].split(separator: "\n").first)
            #expect(line.contains("▁") || line.contains("█"))
            #expect(markdown.contains("± 2"))
        }
    }
}

/// What a page holds, read as the XML that it must be.
private final class Page: NSObject, XMLParserDelegate {
    private(set) var counts: [String: Int] = [:]
    private(set) var addresses: [String] = []
    private(set) var text = ""
    private(set) var language = ""

    init(_ data: Data) throws {
        super.init()
        let parser = XMLParser(data: data)
        parser.delegate = self
        let isWellFormed = parser.parse()
        let error = parser.parserError.map { "\($0), line \(parser.lineNumber)" }
        try #require(isWellFormed, "\(error ?? "")")
    }

    func parser(
        _ parser: XMLParser, didStartElement name: String, namespaceURI: String?,
        qualifiedName: String?, attributes: [String: String]
    ) {
        counts[name, default: 0] += 1
        if name == "html" { language = attributes["lang"] ?? "" }
        addresses += ["src", "href", "xlink:href"].compactMap { attributes[$0] }
    }

    func parser(_ parser: XMLParser, foundCharacters string: String) {
        text += string
    }
}
