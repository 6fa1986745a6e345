import Daemon
import Foundation
import Labor
import Logging
import Settings
import Support
import Testing
@testable import Verbs

/// Every hostile name in every format that is printed or exported.
@Suite(.timeLimit(.minutes(20))) struct HostileNameTests {
    private func listing(_ name: String) -> Listing {
        Listing(
            columns: [.init("name", "名称", "name"), .init("n", "人数", "persons")],
            rows: [[.string(name), .int(-126)]])
    }

    /// The records of a CSV text by RFC 4180, read character by character.
    private func records(_ text: String) -> [[String]] {
        var records: [[String]] = [[]]
        var field = ""
        var isQuoted = false
        var rest = text.unicodeScalars[...]
        while let scalar = rest.popFirst() {
            switch scalar {
            case "\"" where isQuoted && rest.first == "\"":
                field.unicodeScalars.append("\"")
                rest.removeFirst()
            case "\"": isQuoted.toggle()
            case "," where !isQuoted:
                records[records.count - 1].append(field)
                field = ""
            case "\r" where !isQuoted: continue
            case "\n" where !isQuoted:
                records[records.count - 1].append(field)
                records.append([])
                field = ""
            default: field.unicodeScalars.append(scalar)
            }
        }
        return records.filter { !$0.isEmpty }
    }

    @Test(arguments: HostileName.all)
    func `no cell of CSV runs as a formula or leaves its field`(_ name: HostileName) throws {
        let listing = listing(name.text)
        let texts = [listing.printed(.csv), String(listing.forSpreadsheet(.english).dropFirst())]
        for text in texts {
            let found = records(text)
            try #require(found.count == 2 && found[1].count == 2, "\(text)")
            let cell = found[1][0]
            #expect(cell == name.text || cell == "'" + name.text)
            let shown = cell.unicodeScalars.drop {
                ForeignText.isBlank($0) || ForeignText.isHidden($0)
            }
            #expect(!"=+-@＝＋－＠".unicodeScalars.contains(try #require(shown.first)))
            #expect(found[1][1] == "-126")
        }
    }

    @Test(arguments: HostileName.all)
    func `a workbook holds a name as text`(_ name: HostileName) throws {
        let bytes = Workbook(sheets: [("a", listing(name.text))], language: .english).bytes
        let text = String(decoding: bytes, as: UTF8.self)
        #expect(text.components(separatedBy: "<row ").count == 3)
        #expect(text.components(separatedBy: "<c ").count == 5)
        #expect(!text.contains("<f>") && !text.contains("<f "))
        #expect(text.contains("<c r=\"A2\" t=\"inlineStr\">"))
    }

    @Test(arguments: HostileName.all)
    func `a table and an error keep a name on its line and the terminal as it is`(
        _ name: HostileName
    ) {
        let table = listing(name.text).printed(.text)
        let failure = Failure(
            exitCode: 1, "no row of \(name.text.onOneLine)", hint: name.text.onOneLine)
        for text in [table, "\(failure)\n\n"] {
            #expect(text.unicodeScalars.count { $0 == "\n" } == 3)
            #expect(
                !text.unicodeScalars.contains {
                    $0 != "\n"
                        && ($0.properties.generalCategory == .control
                            || ForeignText.isHidden($0) || $0 == "\u{2028}" || $0 == "\u{2029}")
                })
        }
        let raw = Failure(exitCode: 1, name.text).description
        #expect(!raw.unicodeScalars.contains("\u{1B}") && !raw.unicodeScalars.contains("\u{202E}"))
    }

    @Test(arguments: HostileName.all)
    func `a line of jsonl is one line and gives the name back`(_ name: HostileName) throws {
        let text = listing(name.text).printed(.jsonl)
        #expect(text.split(whereSeparator: \.isNewline).count == 1)
        #expect(try JSONValue(line: text)["name"].text == name.text)
    }

    @Test(arguments: HostileName.all)
    func `a line of the log is one line and commands no terminal`(_ name: HostileName) throws {
        for format in [LineLog.Format.text, .json] {
            let log = LineLog(level: .trace, format: format, isJournal: true) {
                Instant(seconds: 1_700_000_000)
            }
            let line = log.line(
                LogEvent(
                    level: .error, message: "\(name.text)", error: nil,
                    metadata: ["name": "\(name.text)", "z": "1"], source: "test", file: "",
                    function: "", line: 1))
            #expect(
                !line.unicodeScalars.contains {
                    $0.properties.generalCategory == .control || $0.value & ~1 == 0x2028
                })
            if format == .json {
                let value = try JSONValue(line: line)
                #expect(value["name"].text == name.text)
                #expect(value["level"].text == "error")
            } else {
                #expect(line.hasPrefix("<3>") && line.hasSuffix(" z=1"))
                #expect(!line.unicodeScalars.contains { ForeignText.isHidden($0) })
            }
        }
    }

    @Test(arguments: HostileName.all)
    func `a report in HTML or Markdown marks no name up and links none`(_ name: HostileName) {
        let page = Markup.html(name.text)
        #expect(!page.unicodeScalars.contains { "<>\"'".unicodeScalars.contains($0) })
        #expect(!page.unicodeScalars.contains { ForeignText.isHidden($0) })
        let reference = /&(amp|lt|gt|quot|#39|#13);/.matchingSemantics(.unicodeScalar)
        #expect(!page.replacing(reference, with: "").contains("&"))
        let cell = Markup.markdown(name.text)
        #expect(!cell.contains { $0.isNewline })
        let bare = cell.replacing(/\\[\\`*_\[\]|#~]/.matchingSemantics(.unicodeScalar), with: "")
        for mark in ["`", "*", "_", "[", "]", "|", "#", "~", "<", ">", "@", "://", ".com", "\\"] {
            #expect(!bare.contains(mark), "\(cell)")
        }
        #expect(!bare.lowercased().contains("www."))
    }
}
