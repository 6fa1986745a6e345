import Foundation
import Glibc
import Labor
import LaborRules
import LaborSQL
import Postgres
import Store
import Support
import Testing

/// The program while the server of its store is stopped and started.
@Suite(.timeLimit(.minutes(20))) struct ProgramOutageTests {
    private func migrate(_ dsn: String) async throws -> Connection {
        let connection = try await Connection.open(ConnectionOptions(dsn: dsn))
        _ = try await Migrator(Migrations.laborwatch).migrate(connection)
        return connection
    }

    private func rows(_ dsn: String, _ statement: String) async throws -> [String] {
        let connection = try await Connection.open(ConnectionOptions(dsn: dsn))
        let rows = try await connection.perform { session in
            try session.query(statement) { try $0.text(0) }
        }
        await connection.close()
        return rows
    }

    /// A store elsewhere, whose first failure is told.
    private func configure(_ bench: Bench, store: String, _ hook: Hook) throws -> String {
        let file = try #require(RuleFiles.all.first { $0.name == "rules/system.store.yaml" })
        try bench.scratch.write(
            "rules/system.store.yaml",
            String(decoding: file.bytes, as: UTF8.self)
                .replacing("minutes: 5\n", with: "minutes: 0\n"))
        let secret = "whsec_" + Data((0..<32).map { UInt8($0) }).base64EncodedString()
        return try bench.scratch.write(
            "outage.yaml",
            """
            source: {dsn: "\(bench.dsn)", interval: 1s}
            store: {dsn: "\(store)", lease: 5s}
            state_directory: \(bench.scratch.path)
            rules: {directory: \(bench.scratch.path)/rules}
            receivers:
              - name: bureau
                type: webhook
                url: "http://127.0.0.1:\(hook.port)/hook"
                secret_file: \(try bench.scratch.write("secret", secret))
              - {name: file, type: file, directory: \(bench.scratch.path)/alerts}

            """)
    }

    @Test func `a server that stops is told to the bureau at once, and found in the history later`()
        async throws
    {
        let cluster = try Cluster()
        let store = cluster.dsn + " dbname=postgres"
        await (try migrate(store)).close()
        try await withBench { bench in
            try await bench.settle(from: "2025-01", through: "2025-06")
            let hook = try Hook()
            let config = try configure(bench, store: store, hook)
            @Sendable func outages(_ documents: [JSONValue]) -> [JSONValue] {
                documents.filter { $0["rule"].text == "system.store" }
            }
            func heard() -> [JSONValue] { outages(hook.documents) }
            try await hook.open {
                let daemon = try bench.start("run", config: config)
                try await daemon.says("lease taken")
                try cluster.stop()
                try await hook.wait { !outages($0).isEmpty }
                #expect(heard().count == 1)
                let notice = try #require(heard().first)
                #expect(notice["evidence"]["marks"]["record"].text == "unrecorded")
                try await daemon.says("went past it")
                try await daemon.says("the store does not answer", times: 3)
                #expect(heard().count == 1)
                try cluster.start()
                let id = notice["alert_id"].text
                try await hook.wait { outages($0).contains { $0["what"].text == "resolved" } }
                #expect(heard().map { $0["what"].text } == ["raised", "raised", "resolved"])
                #expect(heard()[1]["event_id"].text == notice["event_id"].text)
                let entered = try await rows(
                    store,
                    """
                    SELECT concat_ws(' ', alert_id, state, evidence->'marks'->>'told',
                               resolved_at > first_raised_at)
                      FROM laborwatch.alerts WHERE rule = 'system.store'
                    """)
                #expect(entered == ["\(id) resolved bureau,file t"])
                daemon.send(SIGTERM)
                #expect(try await daemon.end(within: .seconds(60)).code == 0)
            }
        }
        withExtendedLifetime(cluster) {}
    }
}
