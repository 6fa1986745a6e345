@testable import Deliver
import Testing

struct SMTPReplyTests {
    @Test func `an answer of several lines is one, however it is cut`() throws {
        let bytes = Array("250-host\r\n250-AUTH PLAIN LOGIN\r\n250 STARTTLS\r\n220 go\r\n".utf8)
        for size in 1...bytes.count {
            var reader = SMTPReader()
            var replies: [SMTPReply] = []
            for start in stride(from: 0, to: bytes.count, by: size) {
                reader.add(bytes[start..<min(start + size, bytes.count)])
                while let reply = try reader.next() { replies.append(reply) }
            }
            #expect(replies.map(\.code) == [250, 220])
            #expect(replies[0].capabilities == [["AUTH", "PLAIN", "LOGIN"], ["STARTTLS"]])
            #expect(reader.isEmpty)
        }
    }

    @Test(arguments: ["HTTP/1.1 400 Bad Request\r\n", "25\r\n", "\r\n"])
    func `what is no SMTP is not waited for`(_ text: String) {
        var reader = SMTPReader()
        reader.add(Array(text.utf8))
        #expect(throws: SMTPReader.Nonsense.self) { try reader.next() }
    }

    @Test func `a line or an answer without end is not waited for`() {
        var reader = SMTPReader()
        reader.add(Array(repeating: UInt8(ascii: "2"), count: SMTPReply.lineBytesMax + 1))
        #expect(throws: SMTPReader.Nonsense.self) { try reader.next() }
        var many = SMTPReader()
        many.add(Array(String(repeating: "250-x\r\n", count: SMTPReply.linesMax + 1).utf8))
        #expect(throws: SMTPReader.Nonsense.self) { try many.next() }
    }

    @Test(arguments: [
        ("a\r\n", "a\r\n.\r\n"), (".\r\n..\r\n", "..\r\n...\r\n.\r\n"), ("a", "a\r\n.\r\n"),
        ("", ".\r\n"),
    ])
    func `dots are doubled and the end is marked`(_ text: String, _ expected: String) {
        #expect(String(decoding: SMTPText.data(Array(text.utf8)), as: UTF8.self) == expected)
    }
}
