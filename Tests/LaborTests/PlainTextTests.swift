import Labor
import Testing

@Suite struct PlainTextTests {
    @Test(arguments: [
        ("甲公司", "甲公司"), ("  甲  ", "甲"), ("甲\u{202E}乙", "甲乙"), ("甲\r\n乙", "甲  乙"),
        ("\u{0}甲\u{7F}", "甲"), ("རྒྱལ་པོ", "རྒྱལ་པོ"), ("e\u{301}", "e\u{301}"),
        ("\u{FEFF}甲\u{200B}", "甲"), ("\u{2066}\u{2069}", ""), ("👨‍👩‍👧", "👨‍👩‍👧"),
        ("\u{FFFF}甲\u{1FFFE}", "甲"),
    ])
    func `a text keeps what can be read, in its order`(text: String, cleaned: String) {
        #expect(PlainText.cleaned(text, limit: 20) == cleaned)
        #expect(PlainText.isPlain(cleaned, limit: 20))
    }

    @Test func `a long text is cut at a character`() {
        let long = String(repeating: "é", count: 30)
        #expect(PlainText.cleaned(long, limit: 20) == String(repeating: "é", count: 20) + "…")
        #expect(!PlainText.isPlain(long, limit: 29))
        #expect(PlainText.isPlain(long, limit: 30))
    }

    @Test func `a quoted value shows what cannot be seen`() {
        #expect(PlainText.quoted("-1") == "-1")
        #expect(PlainText.quoted("a\u{0}b\u{202E}c") == "a\\u{0}b\\u{202E}c")
        let long = PlainText.quoted(String(repeating: "长", count: 1_000))
        #expect(long == String(repeating: "长", count: 200) + "… (1000 characters)")
    }
}
