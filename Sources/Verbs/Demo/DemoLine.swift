import Foundation
import Labor

/// What the demo shows of one event.
enum DemoLine {
    /// An event that reached the webhook, as one line.
    static func text(_ body: JSONValue, isColoured: Bool) -> String {
        guard case .object(let envelope) = body, case .object(let data)? = envelope["data"] else {
            return ""
        }
        func field(_ name: String) -> String {
            if case .string(let text)? = data[name] { return text }
            return ""
        }
        let tier = field("tier")
        let shown = isColoured ? TextTable.coloured(tier) : tier
        let padding = String(repeating: " ", count: max(0, 7 - tier.count))
        let what = field("what").padding(toLength: 13, withPad: " ", startingAt: 0)
        return "\(field("as_of").prefix(10))  \(shown)\(padding) \(what) \(field("title"))"
    }

    /// The lines of all JSONL files of a directory, in the order of their names.
    static func jsonLines(_ folder: URL) throws -> [String] {
        let names = try FileManager.default.contentsOfDirectory(atPath: folder.path)
            .filter { $0.hasSuffix(".jsonl") }.sorted()
        return try names.flatMap { name in
            try String(contentsOf: folder.appending(path: name), encoding: .utf8)
                .split(separator: "\n").map(String.init)
        }
    }
}
