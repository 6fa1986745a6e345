import Foundation
import Support
import Testing

/// `source import`: all of a file or nothing of it.
@Suite(.timeLimit(.minutes(20))) struct ProgramImportTests {
    private func load(
        _ bench: Bench, _ table: String, _ text: String
    ) async throws -> Program.Outcome {
        let path = try bench.scratch.write("\(table).csv", text)
        return try await bench.laborwatch("source", "import", "--table", table, path)
    }

    @Test func `good files are stored whole, whatever order their columns stand in`() async throws {
        try await withBench { bench in
            try bench.configure()
            let firms = try await load(
                bench, "enterprise",
                "\u{FEFF}name,enterprise_id,region_code,industry_code,tags\r\n"
                    + "\"拉萨\"\"建筑\"\"\",7,540102,E47,\"{a,b}\"\r\nTwo,8,540102,E47,\r\n")
            #expect(firms.code == 0, "\(firms.errors)")
            #expect(firms.output == "2 rows loaded into labor.enterprise\n")
            let reports = try await load(
                bench, "report",
                "enterprise_id,period,headcount,wages_due,reported_at\n"
                    + "7,2025-01-01,120,720000.50,2025-02-03T10:00:00+08:00\n"
                    + "7,2025-02-01,119,,2025-03-03T10:00:00+08:00\n")
            #expect(reports.code == 0, "\(reports.errors)")
            #expect(
                try await bench.texts("SELECT name FROM labor.enterprise ORDER BY enterprise_id")
                    == ["拉萨\"建筑\"", "Two"])
            #expect(try await bench.number("SELECT sum(headcount) FROM labor.report") == 239)
            let findings = try await bench.laborwatch(
                "evaluate", "--dry-run", "--as-of", "2025-03-31", "--format", "jsonl")
            #expect(findings.code == 0, "\(findings.errors)")
        }
    }

    @Test(arguments: [
        (
            "report", "enterprise_id,period,heads\n1,2025-01-01,5\n", "no column 'heads'",
            "headcount"
        ),
        (
            "report", "enterprise_id,period\n1,2025-01-01\n", "'headcount' is missing",
            "labor.report"
        ),
        ("raport", "enterprise_id\n1\n", "no table 'raport'", "region, industry"),
        ("region", "", "is empty", "first line"),
    ])
    func `a file that does not fit the table ends with 2 and loads nothing`(
        table: String, text: String, message: String, hint: String
    ) async throws {
        try await withBench { bench in
            try bench.configure()
            let outcome = try await load(bench, table, text)
            #expect(outcome.code == 2)
            #expect(outcome.errors.contains(message), "\(outcome.errors)")
            #expect(outcome.errors.contains("hint: "), "\(outcome.errors)")
            #expect(outcome.errors.contains(hint), "\(outcome.errors)")
            #expect(try await bench.number("SELECT count(*) FROM labor.report") == 0)
        }
    }

    @Test(arguments: [
        ("1,2025-01-01,5\n2,2025-01-01,many\n3,2025-01-01,5\n", "line 3, column headcount"),
        ("1,2025-01-01,5\n2,2025-01-02,6\n", "line 3"),
        ("1,2025-01-01,5\n2,2025-01-01\n", "line 3"),
        ("1,2025-01-01,5\n\n,2025-01-01,5\n", "line"),
    ])
    func `a wrong value is named with its line, and nothing of the file is loaded`(
        rows: String, place: String
    ) async throws {
        try await withBench { bench in
            try bench.configure()
            let outcome = try await load(bench, "report", "enterprise_id,period,headcount\n\(rows)")
            #expect(outcome.code == 2)
            #expect(outcome.errors.contains("report.csv, \(place)"), "\(outcome.errors)")
            #expect(outcome.errors.contains("hint: nothing was loaded"), "\(outcome.errors)")
            #expect(try await bench.number("SELECT count(*) FROM labor.report") == 0)
        }
    }

    @Test func `a file that is not there ends with 2`() async throws {
        try await withBench { bench in
            try bench.configure()
            let outcome = try await bench.laborwatch(
                "source", "import", "--table", "report", bench.scratch.path + "/none.csv")
            #expect(outcome.code == 2)
            #expect(outcome.errors.contains("none.csv cannot be read: No such file"))
        }
    }

    @Test(arguments: [
        ("2026-10-31 18:00", "2026-10-31 10:00:00+00"),
        ("2026-10-31T18:00:00", "2026-10-31 10:00:00+00"),
        ("2026-10-31", "2026-10-30 16:00:00+00"),
        ("2026-10-31T18:00:00Z", "2026-10-31 18:00:00+00"),
        ("2026-10-31 18:00+09:30", "2026-10-31 08:30:00+00"),
    ])
    func `a time without an offset is one of the bureau's clock`(
        time: String, stored: String
    ) async throws {
        try await withBench { bench in
            try bench.configure("timezone: Asia/Shanghai")
            let outcome = try await load(
                bench, "report",
                "enterprise_id,period,headcount,reported_at\n7,2026-09-01,120,\(time)\n")
            #expect(outcome.code == 0, "\(outcome.errors)")
            #expect(
                try await bench.texts("SELECT reported_at::text FROM labor.report") == [stored])
        }
    }

    @Test func `a silence until a time without an offset ends by the bureau's clock`() async throws
    {
        try await withBench { bench in
            try bench.configure("timezone: Asia/Shanghai")
            let outcome = try await bench.laborwatch(
                "silences", "add", "--rule", "report.missing", "--from", "2098-10-31 18:00",
                "--until", "2098-10-31T20:00:00Z", "--reason", "移交")
            #expect(outcome.code == 0, "\(outcome.errors)")
            #expect(
                try await bench.texts(
                    "SELECT starts_at::text || ' ' || ends_at::text FROM laborwatch.silence")
                    == ["2098-10-31 10:00:00+00 2098-10-31 20:00:00+00"])
        }
    }
}
