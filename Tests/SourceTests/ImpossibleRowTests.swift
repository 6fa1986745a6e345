import Labor
import Source
import Support
import Testing

/// Rows that are well formed and say what cannot be.
@Suite struct ImpossibleRowTests {
    private func listed(_ reading: SourceReading) -> [String] {
        let all = reading.rejections.listed
        #expect(all.allSatisfy { !$0.expected.isEmpty && !$0.hint.isEmpty })
        return all.map { "\($0.table) \($0.row) \($0.field) \($0.value) \($0.reason)" }
    }

    @Test(arguments: [
        "2126-10-01", "1900-01-01", "infinity", "-infinity", "4714-11-24 BC", "0001-01-01",
        "5874897-12-31",
    ])
    func `an event of an impossible day counts as of the day it was reported`(day: String)
        async throws
    {
        try await withBureau { bureau in
            try await bureau.run(
                """
                INSERT INTO labor.event (event_id, enterprise_id, kind, occurred_on, reported_at)
                VALUES (5, 1, 'closure', '\(day)', '2026-10-02 00:00Z'),
                       (6, 1, 'layoff_plan', '2027-04-01', '2026-10-02 00:00Z')
                """)
            let reading = try await bureau.read()
            #expect(listed(reading) == ["labor.event event_id=5 occurred_on \(day) absurd_date"])
            #expect(
                reading.facts.events.map { "\($0.id) \($0.occurredOn)" }
                    == ["5 2026-10-02", "6 2027-04-01"])
        }
    }

    @Test func `an event that happened nowhere is turned away`() async throws {
        try await withBureau { bureau in
            try await bureau.run(
                """
                INSERT INTO labor.event (event_id, kind, occurred_on, reported_at)
                VALUES (5, 'closure', '2026-10-01', '2026-10-02 00:00Z')
                """)
            let reading = try await bureau.read()
            #expect(listed(reading) == ["labor.event event_id=5 enterprise_id NULL nowhere"])
            #expect(reading.facts.events == [])
        }
    }

    @Test(arguments: [("540100", "540102"), ("540102", "540102"), ("540000", "540102")])
    func `regions that lie inside each other are listed once and hang nothing`(
        code: String, parent: String
    ) async throws {
        try await withBureau { bureau in
            try await bureau.run(
                "UPDATE labor.region SET parent_code = '\(parent)' WHERE code = '\(code)'")
            let reading = try await bureau.read()
            #expect(listed(reading) == ["labor.region code=\(code) parent_code \(parent) loop"])
            #expect(reading.facts.regions[RegionCode(code)]?.parent == nil)
        }
    }
}
