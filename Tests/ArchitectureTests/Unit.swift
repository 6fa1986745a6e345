import Foundation
import Support

/// What systemd says about a unit's text.
enum Unit {
    /// The highest exposure that the unit may have; 0 is none, 10 is a bare unit.
    static let exposureLimit = 1.5

    /// Whether systemd's judge is here; the tests that need it are skipped else, and say so.
    static let hasAnalyzer = Tool.find("systemd-analyze") != nil

    /// Everything that `systemd-analyze verify` complains of. The programs that the unit starts are
    /// not on a build machine, so that a program which is there takes their place.
    static func complaints(_ text: String) throws -> String {
        let standIn = Tool.find("true")?.path ?? "/bin/true"
        let text = text.replacing("=/usr/bin/laborwatch", with: "=\(standIn)")
            .replacing("=/bin/kill", with: "=\(standIn)")
        return try withUnit(text) { path in
            let outcome = try Tool.run(["systemd-analyze", "verify", "--man=no", path])
            return outcome.status == 0 ? outcome.text : outcome.text + "status \(outcome.status)"
        }
    }

    /// The exposure of `systemd-analyze security`; nil when its answer names none.
    static func exposure(_ text: String) throws -> Double? {
        try withUnit(text) { path in
            let outcome = try Tool.run(["systemd-analyze", "security", "--offline=true", path])
            let last = outcome.text.split(separator: "\n").last { $0.contains("exposure level") }
            return last?.split(separator: " ").lazy.compactMap { Double($0) }.first
        }
    }

    /// The settings of one section, `Key=Value` line by line; a key may come more than once.
    static func settings(_ text: String) -> [String: [String]] {
        var found: [String: [String]] = [:]
        for line in text.split(separator: "\n") where !line.hasPrefix("#") {
            guard let equals = line.firstIndex(of: "=") else { continue }
            found[String(line[..<equals]), default: []]
                .append(String(line[line.index(after: equals)...]))
        }
        return found
    }

    private static func withUnit<R>(_ text: String, _ body: (String) throws -> R) throws -> R {
        let scratch = try Scratch()
        defer { withExtendedLifetime(scratch) {} }
        return try body(scratch.write("laborwatch.service", text))
    }
}
