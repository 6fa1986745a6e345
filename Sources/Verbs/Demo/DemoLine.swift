import Alerting
import Foundation
import Labor

/// The lines that the demo prints for events.
enum DemoLine {
    /// One event that reached the webhook, as one line.
    static func text(_ body: JSONValue, isColoured: Bool) -> String {
        guard case .object(let envelope) = body, case .object(let data)? = envelope["data"] else {
            return ""
        }
        func field(_ name: String) -> String {
            if case .string(let text)? = data[name] { return text }
            return ""
        }
        let language = Language(rawValue: field("lang")) ?? .english
        func words<Code: Worded>(_ name: String, _ code: Code.Type) -> String {
            Code(rawValue: field(name)).map { TableWords.shown($0, language) } ?? field(name)
        }
        func padding(_ text: String, _ width: Int) -> String {
            String(repeating: " ", count: max(0, width - TextTable.width(text)))
        }
        let tier = words("tier", Tier.self)
        let what = words("what", AlertWhat.self)
        let shown = isColoured ? TextTable.coloured(tier) : tier
        return "\(field("as_of").prefix(10))  \(shown)\(padding(tier, 7)) \(what)"
            + "\(padding(what, 13)) \(ForeignText.oneLine(field("title")))"
    }

    /// The lines of all files of alerts in a directory, in the order of their names.
    static func jsonLines(_ folder: URL) throws -> [String] {
        let names = try FileManager.default.contentsOfDirectory(atPath: folder.path)
            .filter { $0.hasPrefix("alerts-") && $0.hasSuffix(".jsonl") }.sorted()
        return try names.flatMap { name in
            try String(contentsOf: folder.appending(path: name), encoding: .utf8)
                .split(separator: "\n").map(String.init)
        }
    }
}
