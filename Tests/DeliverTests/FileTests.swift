import Alerting
import Deliver
import Foundation
import Labor
import Support
import Testing

@Suite(.timeLimit(.minutes(20))) struct FileTests {
    private func receiver(
        _ directory: String, name: String = "file", retentionDays: Int = 400,
        perTier: Bool = false
    ) -> FileReceiver {
        FileReceiver(
            FileReceiverOptions(
                name: name, directory: directory, retentionDays: retentionDays, perTier: perTier,
                language: .chinese, zone: .shanghai, selfLinkBase: "https://watch.example"))
    }

    /// The line that the contract asks for, without its end.
    private func line(_ notice: AlertNotice) throws -> String {
        let document = AlertDocument(
            notice, language: .chinese, zone: .shanghai,
            selfLink: "https://watch.example/alerts/\(notice.event.alertID)")
        return String(decoding: try document.encoded(), as: UTF8.self)
    }

    private func text(_ path: String) throws -> String {
        try String(contentsOfFile: path, encoding: .utf8)
    }

    private func mode(_ path: String) throws -> Int {
        let attributes = try FileManager.default.attributesOfItem(atPath: path)
        return try #require(attributes[.posixPermissions] as? Int)
    }

    @Test func `each delivery is one line in the file of the event's day`() async throws {
        try await withDirectory { directory in
            let receiver = receiver(directory + "/new/alerts/")
            // 01:00 on 1 November in Shanghai is still October in UTC.
            let early = notice("event-2", at: Instant(seconds: 1_793_466_000))
            for notice in [notice(), early, notice("event-3")] {
                let receipt = try await receiver.deliver(notice, at: morning)
                #expect(receipt == DeliveryReceipt())
            }
            let alerts = directory + "/new/alerts"
            #expect(
                try text(alerts + "/alerts-2026-11-05.jsonl")
                    == "\(try line(notice()))\n\(try line(notice("event-3")))\n")
            #expect(try text(alerts + "/alerts-2026-11-01.jsonl") == "\(try line(early))\n")
            #expect(try FileManager.default.contentsOfDirectory(atPath: alerts).count == 2)
        }
    }

    @Test func `files and directories are not for everybody`() async throws {
        try await withDirectory { directory in
            let receiver = receiver(directory + "/alerts")
            _ = try await receiver.deliver(notice(), at: morning)
            let mask = umask(0)
            umask(mask)
            #expect(try mode(directory + "/alerts") == 0o750 & ~Int(mask))
            #expect(
                try mode(directory + "/alerts/alerts-2026-11-05.jsonl") == 0o640 & ~Int(mask))
        }
    }

    @Test func `on request every tier has its own files as well`() async throws {
        try await withDirectory { directory in
            let receiver = receiver(directory, perTier: true)
            let notices = [notice(tier: .red), notice("event-2", tier: .blue)]
            for notice in notices { _ = try await receiver.deliver(notice, at: morning) }
            let name = "alerts-2026-11-05.jsonl"
            let lines = try notices.map { try line($0) + "\n" }
            #expect(try text("\(directory)/\(name)") == lines.joined())
            #expect(try text("\(directory)/red/\(name)") == lines[0])
            #expect(try text("\(directory)/blue/\(name)") == lines[1])
        }
    }

    @Test func `a line that one of two files does not take is in neither`() async throws {
        try await withDirectory { directory in
            let receiver = receiver(directory, perTier: true)
            _ = try await receiver.deliver(notice(), at: morning)
            let name = "alerts-2026-11-05.jsonl"
            await receiver.close()
            try FileManager.default.removeItem(atPath: "\(directory)/orange/\(name)")
            try FileManager.default.createSymbolicLink(
                atPath: "\(directory)/orange/\(name)", withDestinationPath: "/dev/full")
            await #expect(throws: DeliveryFailure.self) {
                try await receiver.deliver(notice("event-2"), at: morning)
            }
            #expect(try text("\(directory)/\(name)") == "\(try line(notice()))\n")
        }
    }

    struct Torn: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let before: String
        let kept: String
    }

    @Test(arguments: [
        Torn(testDescription: "half a line", before: "{\"a\":1}\n{\"b\":", kept: "{\"a\":1}\n"),
        Torn(testDescription: "half the only line", before: "{\"b\":", kept: ""),
        Torn(
            testDescription: "only the line end is missing", before: "{\"a\":1}\n{\"b\":2}",
            kept: "{\"a\":1}\n{\"b\":2}\n"),
        Torn(
            testDescription: "a torn line longer than what is read at once",
            before: "{\"a\":1}\n{\"b\":\"" + String(repeating: "x", count: 200_000),
            kept: "{\"a\":1}\n"),
        Torn(
            testDescription: "torn inside a character", before: "{\"a\":1}\n{\"b\":\"西",
            kept: "{\"a\":1}\n"),
        Torn(testDescription: "nothing torn", before: "{\"a\":1}\n", kept: "{\"a\":1}\n"),
        Torn(testDescription: "empty", before: "", kept: ""),
    ])
    func `a torn last line of a former crash is mended`(_ torn: Torn) async throws {
        try await withDirectory { directory in
            let path = directory + "/alerts-2026-11-05.jsonl"
            try Data(torn.before.utf8).write(to: URL(fileURLWithPath: path))
            _ = try await receiver(directory).deliver(notice(), at: morning)
            let added = try line(notice())
            #expect(try text(path) == "\(torn.kept)\(added)\n")
        }
    }

    @Test func `after a rename lines follow the file until it is closed`() async throws {
        try await withDirectory { directory in
            let receiver = receiver(directory)
            let path = directory + "/alerts-2026-11-05.jsonl"
            _ = try await receiver.deliver(notice("event-1"), at: morning)
            try FileManager.default.moveItem(atPath: path, toPath: path + ".1")
            _ = try await receiver.deliver(notice("event-2"), at: morning)
            await receiver.close()
            _ = try await receiver.deliver(notice("event-3"), at: morning)
            #expect(
                try text(path + ".1")
                    == "\(try line(notice("event-1")))\n\(try line(notice("event-2")))\n")
            #expect(try text(path) == "\(try line(notice("event-3")))\n")
        }
    }

    @Test func `a file that was removed is made anew`() async throws {
        try await withDirectory { directory in
            let receiver = receiver(directory)
            let path = directory + "/alerts-2026-11-05.jsonl"
            _ = try await receiver.deliver(notice("event-1"), at: morning)
            try FileManager.default.removeItem(atPath: path)
            _ = try await receiver.deliver(notice("event-2"), at: morning)
            #expect(try text(path) == "\(try line(notice("event-2")))\n")
        }
    }

    @Test func `at most four files are held open`() async throws {
        try await withDirectory { directory in
            let receiver = receiver(directory)
            for day in 0..<20 {
                let at = morning.adding(seconds: Int64(day) * 86_400)
                _ = try await receiver.deliver(notice("event-\(day)", at: at), at: at)
            }
            #expect(try openFiles(below: directory) == 4)
            await receiver.close()
            #expect(try openFiles(below: directory) == 0)
            #expect(try FileManager.default.contentsOfDirectory(atPath: directory).count == 20)
        }
    }

    private func openFiles(below directory: String) throws -> Int {
        let files = FileManager.default
        return try files.contentsOfDirectory(atPath: "/proc/self/fd").filter { name in
            let target = try? files.destinationOfSymbolicLink(atPath: "/proc/self/fd/" + name)
            return target?.contains(directory) == true
        }.count
    }

    @Test func `old files are removed once a day by the day in their names`() async throws {
        try await withDirectory { directory in
            let files = FileManager.default
            try files.createDirectory(
                atPath: directory + "/red", withIntermediateDirectories: false)
            let old = [
                "alerts-2026-10-25.jsonl", "alerts-2026-10-26.jsonl", "alerts-2026-10-25.jsonl.gz",
                "alerts-2026-99-25.jsonl", "report-2026-10-25.jsonl", "red/alerts-2020-01-01.jsonl",
            ]
            let longAgo = 1_600_000_000.0
            for name in old { try touch("\(directory)/\(name)", writtenOn: longAgo) }
            let receiver = receiver(directory, retentionDays: 10)
            _ = try await receiver.deliver(notice(), at: morning)
            func left() -> [String] {
                old.filter { files.fileExists(atPath: "\(directory)/\($0)") }
            }
            #expect(left() == Array(old[1...4]))
            try touch("\(directory)/\(old[0])", writtenOn: longAgo)
            _ = try await receiver.deliver(notice("event-2"), at: morning.adding(seconds: 60))
            #expect(left() == Array(old[0...4]))
            let tomorrow = morning.adding(seconds: 86_400)
            _ = try await receiver.deliver(notice("event-3"), at: tomorrow)
            #expect(left() == Array(old[2...4]))
        }
    }

    @Test func `a replay's file of an old day is kept as long as any that was written today`()
        async throws
    {
        try await withDirectory { directory in
            let receiver = receiver(directory, retentionDays: 10)
            for (number, seconds) in [1_500_000_000, 1_600_000_000].enumerated() {
                let old = notice("event-\(number)", at: Instant(seconds: Int64(seconds)))
                _ = try await receiver.deliver(old, at: morning)
            }
            let names = try FileManager.default.contentsOfDirectory(atPath: directory)
            #expect(names.sorted() == ["alerts-2017-07-14.jsonl", "alerts-2020-09-13.jsonl"])
        }
    }

    @Test func `without a number of days nothing is removed`() async throws {
        try await withDirectory { directory in
            let path = directory + "/alerts-1999-01-01.jsonl"
            try touch(path)
            _ = try await receiver(directory, retentionDays: 0).deliver(notice(), at: morning)
            #expect(FileManager.default.fileExists(atPath: path))
        }
    }

    @Test func `two receivers on one file keep every line whole`() async throws {
        try await withDirectory { directory in
            let title = String(repeating: "西", count: 4_000)
            try await withThrowingTaskGroup(of: Void.self) { group in
                for name in ["a", "b"] {
                    let receiver = receiver(directory, name: name, perTier: true)
                    for number in 0..<100 {
                        group.addTask {
                            let notice = notice("\(name)-\(number)", title: title)
                            _ = try await receiver.deliver(notice, at: morning)
                        }
                    }
                }
                try await group.waitForAll()
            }
            for path in ["/", "/orange/"] {
                let lines = try text(directory + path + "alerts-2026-11-05.jsonl")
                    .split(separator: "\n")
                let ids = try lines.map { line -> String in
                    let value = try JSONDecoder().decode(JSONValue.self, from: Data(line.utf8))
                    guard case .object(let object) = value,
                        case .string(let id)? = object["event_id"]
                    else { return "" }
                    return id
                }
                let expected = ["a", "b"].flatMap { name in (0..<100).map { "\(name)-\($0)" } }
                #expect(Set(ids) == Set(expected))
                #expect(ids.count == 200)
            }
        }
    }
}
