import Daemon
import Deliver
import Demo
import Foundation
package import Labor
package import Logging
import ServiceLifecycle
import Settings
import UnixSignals

/// `laborwatch demo`: the complete path from reports to delivered alerts on real figures, in a few
/// seconds.
///
/// The daemon replays the staff of four airlines, loaded from `sql/sample`, month by month from
/// 2018 to 2021.
package struct DemoVerb: Sendable {
    private let dsn: String
    private let language: Language
    private let logger: Logger

    /// A demo in a database that holds the airlines.
    package init(dsn: String, language: Language, logger: Logger) {
        self.dsn = dsn
        self.language = language
        self.logger = logger
    }

    /// Runs the demo and prints its results.
    package func run(to output: Output) async throws {
        let folder = FileManager.default.temporaryDirectory
            .appending(path: "laborwatch-demo-\(UInt64.random(in: 0...UInt64.max))")
        try FileManager.default.createDirectory(
            at: folder, withIntermediateDirectories: true,
            attributes: [.posixPermissions: 0o700])
        defer { try? FileManager.default.removeItem(at: folder) }
        let started = SystemClock.monotonic()
        let secretText = DemoVerb.makeSecret()
        try Data(secretText.utf8).write(to: folder.appending(path: "secret"))
        let colours =
            output.isTerminal || ProcessInfo.processInfo.environment["CLICOLOR_FORCE"] != nil
        output.write(
            say(
                "四家航空公司 2018–2021 年逐月用工人数，逐月推演：\n\n",
                "Four airlines, month by month 2018 to 2021, as the daemon would have lived it:\n\n"
            ))
        output.flush()
        let collector = Collector(
            secret: try WebhookSecret(secretText), clock: { SystemClock.now() }
        ) { receipt in
            print(DemoLine.text(receipt.body, isColoured: colours))
            fflush(nil)
        }
        let components = try await watch(folder, collector)
        try await conclude(components, collector, folder, since: started, colours, output)
    }

    /// Runs the webhook endpoint and the daemon until all events of the replay are delivered.
    private func watch(_ folder: URL, _ collector: Collector) async throws -> Components {
        let (ports, found) = AsyncStream<Int>.makeStream()
        let built = try await withThrowingTaskGroup(of: Components?.self) { group in
            group.addTask {
                try await collector.serve { found.yield($0) }
                return nil
            }
            group.addTask {
                var port = 0
                for await first in ports {
                    port = first
                    break
                }
                let path = try configure(folder, port: port)
                let components = try Components(path: path, environment: [:], requires: .source)
                let daemon = DaemonService(
                    components, path: path,
                    replay: Replay(
                        from: Period(year: 2018, month: 1), through: Period(year: 2021, month: 12)),
                    logger: logger)
                try await ServiceGroup(
                    configuration: .init(
                        services: [
                            .init(
                                service: daemon,
                                successTerminationBehavior: .gracefullyShutdownGroup)
                        ], gracefulShutdownSignals: [.sigterm, .sigint], logger: logger)
                ).run()
                return components
            }
            while let result = try await group.next() {
                if let components = result {
                    group.cancelAll()
                    return components as Components?
                }
            }
            return nil
        }
        guard let built else { throw Failure(exitCode: 1, "the demo's webhook endpoint ended") }
        return built
    }

    /// Writes a configuration file like that of a bureau.
    private func configure(_ folder: URL, port: Int) throws -> String {
        let path = folder.appending(path: "laborwatch.yaml").path
        let quotedDSN =
            "\"" + dsn.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"") + "\""
        let text = """
            source: {dsn: \(quotedDSN), notify: false}
            store: {dsn: \(quotedDSN)}
            timezone: Asia/Shanghai
            language: \(language.rawValue)
            state_directory: \(folder.path)
            receivers:
              - {name: file, type: file, directory: \(folder.path)/alerts}
              - name: bureau
                type: webhook
                url: "http://127.0.0.1:\(port)/hook"
                secret_file: \(folder.path)/secret
            """
        try Data((text + "\n").utf8).write(to: URL(filePath: path))
        return path
    }

    private func conclude(
        _ components: Components, _ collector: Collector, _ folder: URL, since started: Double,
        _ colours: Bool, _ output: Output
    ) async throws {
        let seconds = SystemClock.monotonic() - started
        let verbs = AlertVerbs(components)
        output.write("\n" + say("当前仍未解除的预警：\n", "Alerts that are still open:\n"))
        output.write(
            try await verbs.list(.init(states: ["open"]), language: language)
                .printed(.text, language: language, isColoured: colours))
        let lines = try DemoLine.jsonLines(folder.appending(path: "alerts"))
        output.write(
            "\n" + say("JSONL 文件最后一行（节选）：\n", "The last line of the JSONL files (cut):\n"))
        output.write("  " + (lines.last.map { String($0.prefix(400)) + "…" } ?? "") + "\n")
        let delta = try await verbs.find(
            rule: "layoff.statutory", text: "Delta", began: Period(year: 2020, month: 4))
        if let id = delta.first {
            output.write(
                "\n"
                    + say(
                        "为什么达美航空 2020 年触发预警（laborwatch alerts explain \(id.prefix(8))）：\n\n",
                        "Why Delta's alert of 2020 fired (laborwatch alerts explain \(id.prefix(8))):\n\n"
                    ))
            output.write(
                try await verbs.explain(.init(id, language: language, isColoured: colours)).text)
        }
        output.write(
            "\n"
                + say(
                    "文件 \(lines.count) 条，webhook 验签通过 \(collector.count) 条"
                        + "（重复 \(collector.repeated)，拒收 \(collector.refused)），用时 ",
                    "\(lines.count) events in files, \(collector.count) verified at the webhook "
                        + "(\(collector.repeated) repeated, \(collector.refused) refused), in ")
                + String(format: "%.1f s\n", seconds))
        // What is on record only is written to files and sent to nobody.
        let told = lines.count { line in
            !line.contains("\"credibility\":\"record_only\"") && !line.contains("\"explained_by\":")
        }
        guard told == collector.count, collector.refused == 0, told > 0 else {
            throw Failure(
                exitCode: 1, "files and webhook do not hold the same number of events",
                hint: "see `laborwatch deliveries list`")
        }
    }

    private func say(_ chinese: String, _ english: String) -> String {
        language == .chinese ? chinese : english
    }

    private static func makeSecret() -> String {
        let bytes = (0..<32).map { _ in UInt8.random(in: 0...255) }
        return WebhookSecret.prefix + Data(bytes).base64EncodedString()
    }
}
