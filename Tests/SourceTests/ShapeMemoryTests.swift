import Labor
import Postgres
import Source
import Support
import Testing

/// What a poll remembers of the source's columns, and when it looks again.
struct ShapeMemoryTests {
    /// A change between two polls of one reader, and what the second one reads.
    struct Change: Sendable, CustomTestStringConvertible {
        var what: String
        var script: String
        var hires: Int32?
        var testDescription: String { what }
    }

    static let changes = [
        Change(what: "nothing", script: "SELECT 1", hires: 3),
        Change(
            what: "an optional column is dropped",
            script: "ALTER TABLE labor.report DROP COLUMN hires", hires: nil),
        Change(
            what: "a column gets another type",
            script: "ALTER TABLE labor.report ALTER COLUMN hires TYPE text USING '7'", hires: 7),
        Change(
            what: "the relation is another one of the same name",
            script: """
                ALTER TABLE labor.report RENAME TO old_report;
                CREATE VIEW labor.report AS
                SELECT enterprise_id, period, headcount, 9 AS hires, reported_at, changed_xid
                  FROM labor.old_report
                """, hires: 9),
    ]

    @Test(arguments: changes)
    func `a change of the source between two polls is seen`(_ change: Change) async throws {
        try await withBureau { bureau in
            try await bureau.report(1, "2026-09", 100, ["hires": "3"])
            let reader = bureau.reader()
            let asOf = endOf("2026-11-05")
            let first = try await reader.read(asOf: asOf)
            try await bureau.report(1, "2026-10", 100)
            try await bureau.run(change.script)
            let changes = try await reader.changes(
                since: first.watermark, knownEnterprises: 3, asOf: asOf)
            let september = Period(year: 2026, month: 9)
            var hires = changes.reports.first { $0.period == september }?.hires
            if changes.needsFullRead {
                // The server wrote the table anew.
                let panel = try await reader.read(asOf: asOf).facts.panel
                hires = panel.cell(1, september)?.report.hires
            } else {
                #expect(changes.enterprises == [1])
            }
            #expect(hires == change.hires)
        }
    }

    @Test func `a relation that comes back after a failed poll is read again`() async throws {
        try await withBureau { bureau in
            let reader = bureau.reader()
            let asOf = endOf("2026-11-05")
            let first = try await reader.read(asOf: asOf)
            try await bureau.run("ALTER TABLE labor.report RENAME TO hidden")
            await #expect(throws: SourceError.self) {
                try await reader.changes(since: first.watermark, knownEnterprises: 3, asOf: asOf)
            }
            try await bureau.run("ALTER TABLE labor.hidden RENAME TO report")
            try await bureau.report(2, "2026-10", 100)
            let changes = try await reader.changes(
                since: first.watermark, knownEnterprises: 3, asOf: asOf)
            #expect(changes.enterprises == [2])
        }
    }
}
