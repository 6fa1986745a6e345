import Daemon
import Foundation
import Labor
import Postgres
import Source
import Support
import Testing

/// What a source has to have, and which GRANT helps whom.
@Suite(.timeLimit(.minutes(20))) struct ProgramContractTests {
    @Test func `the contract is printed without a database, in both languages`() async throws {
        let scratch = try Scratch()
        let english = try await Program.run(
            ["source", "check", "--contract", "--lang", "en", "--format", "jsonl"], in: scratch)
        #expect(english.code == 0, "\(english.errors)")
        let rows = try english.lines.map { try JSONValue(line: $0) }
        #expect(Set(rows.map { $0["table"].text }) == Set(SourceTable.allCases.map(\.rawValue)))
        let paid = try #require(rows.first { $0["column"] == "wages_paid" })
        #expect(paid["type"] == "numeric(16,2)")
        #expect(paid["unit"] == "yuan")
        #expect(paid["needed"] == "no")
        #expect(paid["what_for"].text.contains("arrears"))
        let chinese = try await Program.run(
            ["source", "check", "--contract", "--lang", "zh-CN"], in: scratch)
        #expect(chinese.output.contains("含义与用途"))
        #expect(chinese.output.contains("期末职工人数"))
        for row in rows { #expect(!row["what_for"].text.isEmpty, "\(row)") }
    }

    @Test func `the template of each table is a file that import takes`() async throws {
        try await withBench { bench in
            try bench.configure()
            for table in SourceTable.allCases {
                let template = try await bench.laborwatch(
                    "source", "check", "--contract", "--table", table.rawValue, "--format", "csv")
                #expect(template.code == 0, "\(template.errors)")
                let file = try bench.scratch.write("\(table.rawValue).csv", template.output)
                let loaded = try await bench.laborwatch(
                    "source", "import", "--table", table.rawValue, file)
                #expect(loaded.code == 0, "\(loaded.errors)")
            }
            let unknown = try await bench.laborwatch(
                "source", "check", "--contract", "--table", "reports")
            #expect(unknown.code == 2)
            #expect(unknown.errors.contains("'report'"), "\(unknown.errors)")
        }
    }

    /// The contract in words is the one in SQL: the same columns with the same types.
    @Test func `the contract names every column of the schema and no other`() async throws {
        try await withBench { bench in
            let found = try await bench.texts(
                """
                SELECT concat_ws(' ', c.relname, a.attname, format_type(a.atttypid, a.atttypmod))
                  FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid
                 WHERE c.relnamespace = 'labor'::regnamespace AND c.relkind = 'r'
                   AND c.relname <> 'schema_version' AND a.attnum > 0 AND NOT a.attisdropped
                   AND a.attname NOT IN ('changed_xid', 'revision_id')
                """)
            let told = SourceTable.allCases.flatMap { table in
                table.contract.map { "\(table.rawValue) \($0.name) \($0.type)" }
            }
            #expect(told.sorted() == found.sorted())
            for table in SourceTable.allCases {
                let needed = table.contract.filter(\.isNeeded).map(\.name)
                let required = table.columns.filter(\.required).map(\.name)
                #expect(Set(needed) == Set(required), "\(table)")
            }
        }
    }

    @Test func `a table without columns that are needed is shown with what each is for`()
        async throws
    {
        try await withBench { bench in
            try await bench.run(
                "CREATE TABLE public.staff (enterprise_id bigint, month date, persons int)")
            try bench.configure("language: en", as: "mapped.yaml")
            let path = bench.scratch.path + "/mapped.yaml"
            let text = try String(contentsOfFile: path, encoding: .utf8)
            try bench.scratch.write(
                "mapped.yaml",
                text.replacing(
                    "interval: 1s}", with: "interval: 1s, maps: {report: public.staff}}"))
            let outcome = try await bench.laborwatch("source", "check", config: path)
            #expect(outcome.code == 1, "\(outcome.errors)")
            #expect(
                outcome.output.contains(
                    "not there, needed: integer, persons; staff at the end of the month"),
                "\(outcome.output)")
            #expect(outcome.errors.contains("public.staff has no column period, headcount"))
            #expect(!outcome.errors.contains("source check"))
            let evaluation = try await bench.laborwatch("evaluate", "--dry-run", config: path)
            #expect(evaluation.code == 3)
            #expect(evaluation.errors.contains("period date, headcount integer"))
        }
    }

    @Test func `who may not read a mapped view learns the GRANT that helps`() async throws {
        try await withBench { bench in
            let role = TestDatabase.uniqueName("lw_reader")
            let owner = TestDatabase.uniqueName("lw_owner")
            try await bench.run(
                """
                CREATE ROLE \(role) LOGIN; CREATE ROLE \(owner) NOLOGIN;
                GRANT laborwatch_source TO \(role);
                CREATE SCHEMA stat;
                CREATE VIEW stat.monthly AS SELECT * FROM labor.report;
                """)
            func check(_ relation: String) async throws -> Program.Outcome {
                let path = try bench.scratch.write(
                    "mapped.yaml",
                    """
                    language: en
                    source: {dsn: "\(bench.dsn) user=\(role)", maps: {report: \(relation)}}
                    """)
                return try await bench.laborwatch("source", "check", config: path)
            }
            let closed = try await check("stat.monthly")
            #expect(closed.code == 3)
            #expect(closed.errors.contains("stat.monthly may not be read by the role \(role)"))
            #expect(
                closed.errors.contains(
                    "GRANT USAGE ON SCHEMA stat TO \(role); GRANT SELECT ON stat.monthly TO \(role);"
                ), "\(closed.errors)")
            try await bench.run("GRANT USAGE ON SCHEMA stat TO \(role)")
            let unreadable = try await check("stat.monthly")
            #expect(
                unreadable.errors.contains("run: GRANT SELECT ON stat.monthly TO \(role);"),
                "\(unreadable.errors)")
            // The view may be read, but its owner may not read what is below it.
            try await bench.run(
                "GRANT SELECT ON stat.monthly TO \(role); ALTER VIEW stat.monthly OWNER TO \(owner)"
            )
            let below = try await check("stat.monthly")
            #expect(
                below.errors.contains("run: GRANT SELECT ON labor.report TO \(owner);"),
                "\(below.errors)")
            try await bench.run(
                "GRANT USAGE ON SCHEMA labor TO \(owner); GRANT SELECT ON labor.report TO \(owner)")
            let open = try await check("stat.monthly")
            #expect(open.code == 0, "\(open.errors)")
            try await bench.run("CREATE TABLE stat.raw AS SELECT * FROM labor.report")
            let query = try await check("{query: \"SELECT * FROM stat.raw\"}")
            #expect(query.code == 3)
            #expect(
                query.errors.contains("GRANT SELECT ON raw TO \(role);"), "\(query.errors)")
            try await bench.run(
                "DROP SCHEMA stat CASCADE; DROP OWNED BY \(role), \(owner); DROP ROLE \(role), \(owner)"
            )
        }
    }
}
