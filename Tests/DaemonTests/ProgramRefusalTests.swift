import Foundation
import Postgres
import Support
import Testing

/// Exit codes with message and hint: 2 for wrong use, 3 for what cannot be reached.
@Suite(.timeLimit(.minutes(20))) struct ProgramRefusalTests {
    /// Words on the command line that are refused before anything is read.
    @Test(arguments: [
        (["fly"], "fly", "--help"),
        (["alerts", "fly"], "fly", "--help"),
        (["run", "--fast"], "--fast", "--help"),
        (["status", "--format", "xml"], "xml", "text"),
        (["backtest", "--from", "2025-13", "--to", "2025-12"], "2025-13", "--from"),
        (["backtest", "--from", "2025-01"], "--to", "Usage"),
        (["evaluate", "--dry-run", "--as-of", "2025-02-30"], "2025-02-30", "--as-of"),
        (["alerts", "list", "--since", "yesterday"], "yesterday", "--since"),
        (["alerts", "list", "--tier", "pink"], "pink", "blue"),
        (["alerts", "show"], "<id>", "Usage"),
    ])
    func `words that are not understood end with 2`(
        arguments: [String], message: String, hint: String
    ) async throws {
        let outcome = try await Program.run(arguments, in: Scratch())
        #expect(outcome.code == 2)
        #expect(outcome.errors.contains(message), "\(outcome.errors)")
        #expect(outcome.errors.contains(hint), "\(outcome.errors)")
        #expect(outcome.output == "")
    }

    @Test(arguments: ["--help", "--version", "help"])
    func `help and version end with 0 and go to standard output`(word: String) async throws {
        let outcome = try await Program.run([word], in: Scratch())
        #expect(outcome.code == 0)
        #expect(outcome.output != "")
        #expect(outcome.errors == "")
    }

    @Test func `an unknown key of the configuration is named with its line`() async throws {
        let scratch = try Scratch()
        let path = try scratch.write("bad.yaml", "language: en\n\nsorce: {dsn: \"dbname=x\"}\n")
        let outcome = try await Program.run(["check", "--config", path], in: scratch)
        #expect(outcome.code == 2)
        #expect(outcome.errors.contains("\(path):3:1: sorce: there is no key 'sorce'"))
        #expect(outcome.errors.contains("did you mean 'source'?"))
    }

    @Test(arguments: [
        ["run"], ["migrate"], ["status"], ["evaluate", "--dry-run"], ["source", "check"],
        ["backtest", "--from", "2025-01", "--to", "2025-02"],
    ])
    func `without a database a verb says what to write`(arguments: [String]) async throws {
        let scratch = try Scratch()
        let path = try scratch.write("empty.yaml", "")
        let outcome = try await Program.run(arguments + ["--config", path], in: scratch)
        #expect(outcome.code == 2)
        #expect(outcome.errors.contains("there is no database for"), "\(outcome.errors)")
        #expect(outcome.errors.contains("LABORWATCH_S"), "\(outcome.errors)")
    }

    @Test func `a credential that only the service sees stops who tells, not who asks`()
        async throws
    {
        let scratch = try Scratch()
        let path = try scratch.write(
            "service.yaml",
            "receivers: [{name: a, type: webhook, url: \"http://127.0.0.1:9\", secret_file: bureau}]"
        )
        let asking = try await Program.run(["ledger", "codes", "--config", path], in: scratch)
        #expect(asking.code == 0, "\(asking.errors)")
        let telling = try await Program.run(["check", "--config", path], in: scratch)
        #expect(telling.code == 2)
        #expect(telling.errors.contains("receivers[0].secret_file"), "\(telling.errors)")
    }

    @Test func `a configuration that is not there is named`() async throws {
        let outcome = try await Program.run(
            ["status", "--config", "nowhere.yaml"], in: Scratch())
        #expect(outcome.code == 2)
        #expect(outcome.errors.contains("nowhere.yaml"))
    }

    @Test(arguments: [
        ["run"], ["migrate"], ["status"], ["evaluate", "--dry-run"], ["evaluate"],
        ["source", "check"], ["check", "--connect"], ["alerts", "list"],
    ])
    func `a database that does not answer ends with 3`(arguments: [String]) async throws {
        let scratch = try Scratch()
        let outcome = try await Program.run(
            arguments, in: scratch,
            environment: [
                "LABORWATCH_SOURCE_DSN": "host=\(scratch.path) dbname=bureau",
                "LABORWATCH_STATE_DIRECTORY": scratch.path,
            ])
        #expect(outcome.code == 3)
        #expect(outcome.errors.contains(scratch.path), "\(outcome.errors)")
        #expect(outcome.errors.contains("hint: "), "\(outcome.errors)")
    }

    @Test(arguments: [
        (["run"], "laborwatch"), (["status"], "laborwatch"), (["evaluate"], "laborwatch"),
        (["evaluate", "--dry-run"], "labor.region"), (["source", "check"], "labor.region"),
    ])
    func `a database without the schema ends with 3 and says how to make it`(
        arguments: [String], name: String
    ) async throws {
        try await withDatabase { dsn in
            let outcome = try await Program.run(
                arguments, in: Scratch(), environment: ["LABORWATCH_SOURCE_DSN": dsn])
            #expect(outcome.code == 3)
            #expect(outcome.errors.contains("\(name) is not there"), "\(outcome.errors)")
            #expect(outcome.errors.contains("hint: run `laborwatch migrate`"), "\(outcome.errors)")
        }
    }

    @Test(arguments: [["run"], ["status"], ["evaluate"], ["migrate"]])
    func `a schema that is newer than the program ends with 3`(arguments: [String]) async throws {
        try await withBench { bench in
            try bench.configure()
            try await bench.run(
                """
                INSERT INTO laborwatch.schema_version (number, migration, checksum)
                VALUES (99, 'm0099_later', 'x');
                """)
            let outcome = try await Program.run(
                arguments + ["--config", bench.scratch.path + "/laborwatch.yaml"],
                in: bench.scratch)
            #expect(outcome.code == 3)
            #expect(outcome.errors.contains("version 99"), "\(outcome.errors)")
            #expect(outcome.errors.contains("hint: install"), "\(outcome.errors)")
        }
    }

    @Test(arguments: [["check"], ["run"], ["evaluate", "--dry-run"]])
    func `a rule that cannot be read is named with file and line`(arguments: [String]) async throws
    {
        try await withBench { bench in
            let file = try bench.scratch.write(
                "rules/mine.yaml",
                "rule: layoff.statutory\ndetector: layoff.statutory\nkind: layof\n")
            try bench.configure("rules: {directory: \(bench.scratch.path)/rules}")
            let outcome = try await Program.run(
                arguments + ["--config", bench.scratch.path + "/laborwatch.yaml"],
                in: bench.scratch)
            #expect(outcome.code == 2)
            #expect(outcome.errors.contains("\(file):3:7: kind"), "\(outcome.errors)")
            #expect(outcome.errors.contains("did you mean 'layoff'?"), "\(outcome.errors)")
        }
    }

    @Test(arguments: [
        (["evaluate", "--dry-run"], "GRANT laborwatch_source"),
        (["source", "check"], "GRANT laborwatch_source"),
        (["status"], "GRANT laborwatch_analyst"), (["run"], "GRANT laborwatch_store"),
        (["alerts", "ack", "00000000"], "GRANT laborwatch_officer"),
    ])
    func `a user without rights ends with 3 and learns which to ask for`(
        arguments: [String], hint: String
    ) async throws {
        try await withBench { bench in
            let role = TestDatabase.uniqueName("lw_nobody")
            try await bench.run("CREATE ROLE \(role) LOGIN")
            let outcome = try await Program.run(
                arguments, in: bench.scratch,
                environment: ["LABORWATCH_SOURCE_DSN": "\(bench.dsn) user=\(role)"])
            try await bench.run("DROP ROLE \(role)")
            #expect(outcome.code == 3)
            #expect(outcome.errors.contains("permission denied"), "\(outcome.errors)")
            #expect(outcome.errors.contains("hint: "), "\(outcome.errors)")
            #expect(outcome.errors.contains(hint), "\(outcome.errors)")
        }
    }

    @Test func `months in the wrong order end with 2`() async throws {
        try await withBench { bench in
            try bench.configure()
            let outcome = try await bench.laborwatch(
                "backtest", "--from", "2025-06", "--to", "2025-01")
            #expect(outcome.code == 2)
            #expect(outcome.errors.contains("--from 2025-06 lies after --to 2025-01"))
            #expect(outcome.errors.contains("hint: "))
            let replay = try await bench.laborwatch(
                "run", "--replay-from", "2025-06", "--replay-to", "2025-01")
            #expect(replay.code == 2)
            #expect(replay.errors.contains("--replay-to"))
            let half = try await bench.laborwatch("run", "--replay-to", "2025-01")
            #expect(half.code == 2)
            #expect(half.errors.contains("--replay-from"))
        }
    }
}
