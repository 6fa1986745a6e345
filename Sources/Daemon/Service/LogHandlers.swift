import Foundation
package import Labor
package import Logging

/// A log on standard error: one line of text or one JSON object per entry.
///
/// Under systemd's journal, each text line begins with its priority, such as `<3>` for an error, so
/// that `journalctl -p err` finds it.
package struct LineLog: LogHandler {
    /// The format of a line.
    package enum Format: Sendable, Hashable {
        /// `time level message key=value`; under the journal without the time, which the journal
        /// adds.
        case text
        /// A JSON object.
        case json
    }

    /// The lowest level that is written.
    package var logLevel: Logger.Level
    /// The metadata of every line.
    package var metadata: Logger.Metadata = [:]

    private let format: Format
    private let isJournal: Bool
    private let clock: @Sendable () -> Instant

    /// Creates a log.
    package init(
        level: Logger.Level, format: Format, isJournal: Bool,
        clock: @escaping @Sendable () -> Instant
    ) {
        logLevel = level
        self.format = format
        self.isJournal = isJournal
        self.clock = clock
    }

    /// The metadata of every line, by key.
    package subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    /// Writes one line.
    package func log(event: LogEvent) {
        FileHandle.standardError.write(Data((line(event) + "\n").utf8))
    }

    /// The text of an event, without the line end.
    package func line(_ event: LogEvent) -> String {
        var fields = metadata
        fields.merge(event.metadata ?? [:]) { _, new in new }
        return text(event.level, event.message, fields)
    }

    private func text(
        _ level: Logger.Level, _ message: Logger.Message, _ fields: Logger.Metadata
    ) -> String {
        let time = clock().rfc3339(offsetSeconds: 0)
        if format == .json {
            var object: [String: JSONValue] = [
                "time": .string(time), "level": .string(level.rawValue),
                "message": .string("\(message)"),
            ]
            for (key, value) in fields { object[key] = .string("\(value)") }
            return JSONText.line(.object(object))
        }
        let pairs = fields.sorted { $0.key < $1.key }.map { key, value in
            " \(key)=\(LineLog.field("\(value)"))"
        }.joined()
        let head = isJournal ? "<\(LineLog.priority(level))>" : "\(time) \(level.rawValue) "
        return head + LineLog.escaped("\(message)", quotes: false) + pairs
    }

    /// A value in a form that can be parsed back: in quotes when it is empty or contains a space,
    /// an equals sign, a quote, a backslash or a control character.
    private static func field(_ value: String) -> String {
        let isPlain = value.unicodeScalars.allSatisfy {
            !isControl($0) && !" \"=\\".unicodeScalars.contains($0)
        }
        return isPlain && !value.isEmpty ? value : "\"\(escaped(value, quotes: true))\""
    }

    /// A text on one line: control characters are escaped as in JSON; in quotes, quotes and
    /// backslashes too.
    private static func escaped(_ text: String, quotes: Bool) -> String {
        var line = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"" where quotes, "\\" where quotes: line += "\\\(scalar)"
            case "\n": line += "\\n"
            case "\r": line += "\\r"
            case "\t": line += "\\t"
            case _ where isControl(scalar):
                let digits = String(scalar.value, radix: 16)
                line += "\\u" + String(repeating: "0", count: max(0, 4 - digits.count)) + digits
            default: line.unicodeScalars.append(scalar)
            }
        }
        return line
    }

    /// Whether a character ends a line, controls a terminal, changes the reading order or is
    /// invisible.
    private static func isControl(_ scalar: Unicode.Scalar) -> Bool {
        scalar.value < 0x20 || (0x7f..<0xa0).contains(scalar.value) || scalar.value & ~1 == 0x2028
            || ForeignText.isHidden(scalar)
    }

    private static func priority(_ level: Logger.Level) -> Int {
        switch level {
        case .critical: 2
        case .error: 3
        case .warning: 4
        case .notice: 5
        case .info: 6
        case .debug, .trace: 7
        }
    }
}
