import Alerting
@testable import Deliver
import Foundation
import Labor
import Support
import Testing

@Suite(.timeLimit(.minutes(20))) struct JournaldTests {
    /// The fields of a datagram, after the journal's native protocol.
    private func parsed(_ datagram: [UInt8]) throws -> [String: String] {
        var fields: [String: String] = [:]
        var rest = datagram[...]
        while !rest.isEmpty {
            let end = try #require(rest.firstIndex { $0 == UInt8(ascii: "=") || $0 == 0x0A })
            let name = String(decoding: rest[..<end], as: UTF8.self)
            let isShort = rest[end] == UInt8(ascii: "=")
            rest = rest[(end + 1)...]
            var count = 0
            if isShort {
                count = try #require(rest.firstIndex(of: 0x0A)) - rest.startIndex
            } else {
                for (index, byte) in rest.prefix(8).enumerated() {
                    count |= Int(byte) << (index * 8)
                }
                rest = rest.dropFirst(8)
            }
            let value: String = try #require(String(validating: rest.prefix(count), as: UTF8.self))
            fields[name] = value
            rest = rest.dropFirst(count)
            #expect(rest.first == 0x0A)
            rest = rest.dropFirst()
        }
        return fields
    }

    @Test func `an entry has the alert's fields, and a text of several lines`() async throws {
        try await withDirectory { directory in
            let path = directory + "/socket"
            let listener = try LogListener(.local(path: path))
            let receiver = JournaldReceiver(
                JournaldReceiverOptions(
                    name: "journal", path: path,
                    wording: MessageWording(language: .chinese, zone: .shanghai)))
            _ = try await receiver.deliver(notice(tier: .red), at: morning)
            let fields = try parsed(try listener.datagram())
            #expect(fields["PRIORITY"] == "2")
            #expect(fields["SYSLOG_IDENTIFIER"] == "laborwatch")
            #expect(fields["LABORWATCH_ALERT_ID"] == "episode-1")
            #expect(fields["LABORWATCH_TIER"] == "red")
            #expect(fields["LABORWATCH_RULE"] == "layoff.statutory")
            #expect(fields["LABORWATCH_PERSONS"] == "126")
            #expect(fields["LABORWATCH_REASON"] == "threshold_crossed")
            #expect(fields["LABORWATCH_LEVEL"] == "0")
            #expect(fields["LABORWATCH_ACTOR"] == nil)
            #expect(fields["LABORWATCH_TEST"] == nil)
            let lines = try #require(fields["MESSAGE"]).split(separator: "\n")
            #expect(lines.first == "【红色】新发预警：西藏甲公司裁员 126 人")
            #expect(lines.count > 2)
            #expect(fields.keys.allSatisfy { $0.wholeMatch(of: /[A-Z][A-Z_]{0,63}/) != nil })
            _ = try await receiver.deliver(try #require(group(3)), at: morning)
            for tier in ["orange", "yellow", "blue"] {
                #expect(try parsed(try listener.datagram())["LABORWATCH_TIER"] == tier)
            }
        }
    }

    @Test func `a name of several lines stays one field`() async throws {
        try await withDirectory { directory in
            let path = directory + "/socket"
            let listener = try LogListener(.local(path: path))
            let receiver = JournaldReceiver(
                JournaldReceiverOptions(
                    name: "journal", path: path,
                    wording: MessageWording(language: .english, zone: .shanghai)))
            var notice = notice()
            notice.event.subject.name = "x\nPRIORITY=0\n" + String(repeating: "裁", count: 50_000)
            _ = try await receiver.deliver(AlertMessage(notice), at: morning)
            let fields = try parsed(try listener.datagram())
            #expect(fields["PRIORITY"] == "3")
            let name = try #require(fields["LABORWATCH_SUBJECT_NAME"])
            #expect(name.hasPrefix("x PRIORITY=0 裁"))
            #expect(name.utf8.count <= 16_384)
        }
    }

    @Test func `a journal that is away is tried again, one that came back is found`() async throws {
        try await withDirectory { directory in
            let path = directory + "/socket"
            let receiver = JournaldReceiver(
                JournaldReceiverOptions(
                    name: "journal", path: path,
                    wording: MessageWording(language: .chinese, zone: .shanghai)))
            for id in ["event-1", "event-2"] {
                let failure = await #expect(throws: DeliveryFailure.self) {
                    try await receiver.deliver(notice(id), at: morning)
                }
                #expect(failure?.verdict == .transient)
                let listener = try LogListener(.local(path: path))
                _ = try await receiver.deliver(notice(id), at: morning)
                #expect(try parsed(try listener.datagram())["LABORWATCH_EVENT_ID"] == id)
                listener.stop()
                try FileManager.default.removeItem(atPath: path)
            }
        }
    }

    @Test func `the catalogue explains every kind of event in both languages`() throws {
        let root = URL(filePath: #filePath).deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        for name in ["laborwatch.catalog", "laborwatch.zh_CN.catalog"] {
            let text = try String(
                contentsOf: root.appending(path: "systemd/\(name)"), encoding: .utf8)
            let ids = text.matches(of: /(?m)^-- ([0-9a-f]{32})$/).map { String($0.1) }
            #expect(ids == AlertWhat.allCases.map { JournalEntry.messageID($0) })
        }
    }
}
