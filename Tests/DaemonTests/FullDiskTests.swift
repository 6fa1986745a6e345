import Alerting
import Deliver
import Foundation
import Glibc
import Labor
import Store
import Support
import Testing

/// A receiver whose disk is full is told of to the others, and goes on in order when there is room.
@Suite(.timeLimit(.minutes(20))) struct FullDiskTests {
    /// A small disk of its own in a folder; nil where we may not mount one.
    private static func mount(_ folder: String) throws -> Bool {
        try FileManager.default.createDirectory(
            atPath: folder, withIntermediateDirectories: true)
        return Glibc.mount("tmpfs", folder, "tmpfs", 0, "size=64k,mode=0755") == 0
    }

    /// Whether a disk can be mounted here.
    static let mayMount: Bool = {
        guard let scratch = try? Scratch(), (try? mount(scratch.path + "/probe")) == true else {
            return false
        }
        return umount2(scratch.path + "/probe", 0) == 0
    }()

    private static func receiver(_ name: String, _ directory: String) -> FileReceiver {
        FileReceiver(
            FileReceiverOptions(
                name: name, directory: directory, retentionDays: 0, language: .english,
                zone: .shanghai), logger: silent)
    }

    /// Fills a disk to its last block.
    private static func fill(_ disk: String) throws -> String {
        let filler = disk + "/filler"
        #expect(FileManager.default.createFile(atPath: filler, contents: nil))
        let handle = try #require(FileHandle(forWritingAtPath: filler))
        #expect(throws: (any Error).self) {
            for _ in 0..<100 { try handle.write(contentsOf: Data(count: 4_096)) }
        }
        try handle.close()
        return filler
    }

    /// The file has every event once, and those of each alert in their order.
    private func expectAll(in bench: Bench, moreThan before: Int) async throws {
        // Every line is whole: reading them would throw otherwise.
        let whole = try bench.lines(in: "disk/alerts")
        #expect(whole.count > before)
        let known = try await bench.texts(
            "SELECT event_id::text FROM laborwatch.alert_events")
        let ids = whole.map { $0["event_id"].text }
        #expect(ids.sorted() == known.sorted())
        // Each alert's events stand in their order; alerts among themselves need not.
        let courses = Dictionary(grouping: whole) { $0["alert_id"].text }
        for (alert, lines) in courses {
            let order = try await bench.texts(
                """
                SELECT event_id::text FROM laborwatch.alert_events
                 WHERE alert_id = '\(alert)' ORDER BY sequence
                """)
            #expect(lines.map { $0["event_id"].text } == order)
        }
    }

    @Test(.enabled(if: mayMount, "a disk of our own can be mounted by root only"))
    func `a full disk is told with its reason, and afterwards the file is whole and in order`()
        async throws
    {
        try await withBench { bench in
            let disk = bench.scratch.path + "/disk"
            try #require(try FullDiskTests.mount(disk))
            defer { umount2(disk, 0) }
            try await bench.settle(from: "2025-06", through: "2026-04")
            let ward = try await Ward(
                bench,
                """
                receivers:
                  - {name: full, type: file, directory: \(disk)/alerts}
                  - {name: other, type: file, directory: \(bench.scratch.path)/other}
                """)
            let receivers = [("full", disk + "/alerts"), ("other", bench.scratch.path + "/other")]
                .map(FullDiskTests.receiver)
            func deliver(_ moment: String) async throws {
                let instant = try #require(Instant(rfc3339: moment))
                let courier = Courier(
                    outbox: ward.store, receivers: receivers, logger: silent, clock: { instant })
                while try await courier.round().delivered > 0 {}
            }
            _ = try await ward.cycle("2026-05-20T08:00:00+08:00")
            try await bench.report(1, "2026-04", staff: 190, at: "2026-05-20T08:10:00+08:00")
            _ = try await ward.cycle("2026-05-20T08:20:00+08:00")
            try await deliver("2026-05-20T08:20:00+08:00")
            let before = try bench.lines(in: "disk/alerts").count
            #expect(before > 0)
            let filler = try FullDiskTests.fill(disk)
            for firm in 2...5 {
                try await bench.report(
                    firm, "2026-04", staff: 190, at: "2026-05-20T08:30:0\(firm)+08:00")
                _ = try await ward.cycle("2026-05-20T08:4\(firm):00+08:00")
            }
            try await deliver("2026-05-20T09:00:00+08:00")
            _ = try await ward.cycle("2026-05-20T10:00:00+08:00")
            try await deliver("2026-05-20T10:00:00+08:00")
            let told = try bench.lines(in: "other").filter {
                $0["rule"].text == "system.receiver"
            }
            #expect(told.map { $0["subject"]["id"].text } == ["full"])
            let reason = told.first?["evidence"]["marks"]["error"].text ?? ""
            #expect(reason.contains("make room on its file system"), "\(reason)")
            try FileManager.default.removeItem(atPath: filler)
            try await deliver("2026-05-20T12:00:00+08:00")
            try await deliver("2026-05-20T14:00:00+08:00")
            try await expectAll(in: bench, moreThan: before)
            _ = try await ward.cycle("2026-05-20T14:10:00+08:00")
            let end = try await bench.told().last
            #expect(end == "system.receiver full resolved yellow 14:10")
            await ward.store.close()
        }
    }
}
