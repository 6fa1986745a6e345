import Logging
import Synchronization

/// What was logged, for a test to look at.
final class LogLines: Sendable {
    struct Line: Sendable {
        let level: Logger.Level
        let message: String
        let metadata: Logger.Metadata
    }

    private let kept = Mutex<[Line]>([])

    var lines: [Line] { kept.withLock { $0 } }

    func add(_ line: Line) { kept.withLock { $0.append(line) } }
}

/// Keeps every line.
struct KeepingLogHandler: LogHandler {
    let kept: LogLines
    var metadata: Logger.Metadata = [:]
    var logLevel = Logger.Level.trace

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
        kept.add(
            LogLines.Line(
                level: event.level, message: "\(event.message)", metadata: event.metadata ?? [:]))
    }
}
