import Daemon
import Labor
import Logging
import Testing

/// Lines of the log, for people, for the journal and for programs.
struct LineLogTests {
    private func line(
        _ level: Logger.Level, _ message: Logger.Message, _ metadata: Logger.Metadata = [:],
        format: LineLog.Format = .text, isJournal: Bool = false
    ) -> String {
        var log = LineLog(level: .trace, format: format, isJournal: isJournal) {
            Instant(seconds: 1_700_000_000)
        }
        log[metadataKey: "pid"] = "7"
        return log.line(
            LogEvent(
                level: level, message: message, error: nil, metadata: metadata, source: "test",
                file: "", function: "", line: 1))
    }

    @Test func `on a terminal a line has time, level, message and fields in order`() {
        #expect(
            line(.notice, "lease taken", ["token": "3", "holder": "a b"])
                == "2023-11-14T22:13:20+00:00 notice lease taken holder=\"a b\" pid=7 token=3")
    }

    @Test(arguments: [
        (Logger.Level.critical, 2), (.error, 3), (.warning, 4), (.notice, 5), (.info, 6),
        (.debug, 7), (.trace, 7),
    ])
    func `under the journal a line begins with its priority`(level: Logger.Level, priority: Int) {
        #expect(line(level, "m", isJournal: true) == "<\(priority)>m pid=7")
    }

    @Test func `a line stays one line`() {
        let text = line(.error, "one\ntwo", ["error": "three\nfour"])
        #expect(!text.contains("\n"))
        #expect(text.hasSuffix(#"error one\ntwo error="three\nfour" pid=7"#))
    }

    @Test(arguments: [
        ("plain", "plain"), ("", "\"\""), ("a b", #""a b""#), (#"say "no""#, #""say \"no\"""#),
        ("a=b", #""a=b""#), (#"C:\x"#, #""C:\\x""#), ("a\r\n\tb", #""a\r\n\tb""#),
        ("x pid=0", #""x pid=0""#), ("a\u{1b}[31m", #""a\u001b[31m""#),
        ("a\u{2028}b", #""a\u2028b""#), ("拉萨", "拉萨"),
    ])
    func `a value cannot pass for another field`(_ value: String, _ written: String) {
        let text = line(.info, "m", ["value": "\(value)"])
        #expect(text.hasSuffix(" info m pid=7 value=\(written)"))
    }

    @Test func `as JSON a line is an object with the same words`() throws {
        let text = line(.warning, "one\ntwo", ["error": "\"three\""], format: .json)
        #expect(!text.contains("\n"))
        let value = try JSONValue(line: text)
        #expect(value["level"].text == "warning")
        #expect(value["message"].text == "one\ntwo")
        #expect(value["error"].text == "\"three\"")
        #expect(value["pid"].text == "7")
        #expect(value["time"].text == "2023-11-14T22:13:20+00:00")
    }

    @Test func `an event's own field goes before the log's`() {
        #expect(line(.info, "m", ["pid": "8"]).hasSuffix(" pid=8"))
    }
}
