import ArgumentParser
import Daemon
import Foundation
import Labor
import Logging
import Verbs

struct DemoCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "demo",
        abstract: "Show the whole road on four airlines' real figures, 2018 to 2021.",
        discussion: """
            scripts/demo prepares a private PostgreSQL with the sample and calls this; see there.
            """)

    @Option(help: "A database with the schemas and the sample, as libpq writes it.")
    var dsn: String

    @Option(name: .long, help: "zh-CN or en; without it by the locale.")
    var lang: Language?

    func run() async throws {
        let locale = ProcessInfo.processInfo.environment["LANG"] ?? ""
        let language = lang ?? (locale.hasPrefix("en") ? .english : .chinese)
        let handler = LineLog(
            level: .warning, format: .text, isJournal: false, clock: SystemClock.now)
        let output = Output()
        try await DemoVerb(
            dsn: dsn, language: language, logger: Logger(label: "demo") { _ in handler }
        ).run(to: output)
        output.flush()
    }
}
