import Foundation

/// Who may import whom (docs/architecture.md has the same table).
enum ImportGraph {
    /// The targets of ours that each target may import; a target that is not here may not exist.
    static let arrows: [String: Set<String>] = {
        let daemon: Set<String> = [
            "Labor", "Postgres", "LaborSQL", "Source", "Detect", "Alerting", "Store", "Deliver",
            "Settings",
        ]
        return [
            "CLibPQ": [], "Labor": [], "LaborSQL": [], "LaborRules": [],
            "Postgres": ["CLibPQ"],
            "Detect": ["Labor"],
            "Alerting": ["Labor"],
            "Source": ["Labor", "Postgres", "LaborSQL"],
            "Store": ["Labor", "Alerting", "Postgres", "LaborSQL"],
            "Deliver": ["Labor", "Alerting"],
            "Settings": ["Labor", "LaborRules", "Source", "Detect", "Alerting", "Deliver"],
            "Daemon": daemon,
            "Demo": ["Labor", "Alerting", "Deliver"],
            "Verbs": daemon.union(["LaborRules", "Daemon", "Demo"]),
            "laborwatch": ["Verbs", "Daemon", "Settings", "Labor"],
            "anomaly-bench": ["Detect", "Labor"],
        ]
    }()

    /// The pure boxes, with every module that they may import at all.
    static let pure: [String: Set<String>] = [
        "Labor": ["Foundation", "FoundationEssentials", "Glibc", "Musl"],
        "Detect": ["Labor", "Foundation", "FoundationEssentials", "Glibc", "Musl"],
        "Alerting": ["Labor", "Crypto", "Foundation", "FoundationEssentials", "Glibc", "Musl"],
    ]

    /// How a clock, chance or the world outside shows in code.
    static let impurities = [
        "ContinuousClock", "SuspendingClock", "DispatchTime", "DispatchQueue", "clock_gettime",
        "gettimeofday", "Date()", "Date.now", "Instant.now", "Task.sleep", "getenv", "ProcessInfo",
        "SystemRandomNumberGenerator", "UUID()", "FileManager", "FileHandle", "URLSession",
    ]

    /// The modules that a file imports, with their lines.
    static func imports(in text: SwiftText) -> [(line: Int, module: String)] {
        let kinds: Set<Substring> = [
            "struct", "class", "enum", "protocol", "func", "var", "let", "typealias", "actor",
        ]
        let before: Set<Substring> = [
            "package", "public", "internal", "private", "fileprivate",
        ]
        return text.code.enumerated().compactMap { index, line in
            var words = line.split { $0 == " " || $0 == "\t" || $0 == ";" }[...]
            while let word = words.first, before.contains(word) || word.hasPrefix("@") {
                words.removeFirst()
            }
            guard words.popFirst() == "import" else { return nil }
            if let kind = words.first, kinds.contains(kind) { words.removeFirst() }
            guard let module = words.first?.split(separator: ".").first else { return nil }
            return (index + 1, String(module))
        }
    }

    /// Arrows of a file that the table does not have.
    static func complaints(target: String, path: String, text: SwiftText) -> [Complaint] {
        guard let allowed = arrows[target] else {
            return [Complaint(path: path, line: 1, message: "target \(target) is not in the table")]
        }
        return imports(in: text).compactMap { line, module in
            if arrows.keys.contains(module), !allowed.contains(module) {
                return Complaint(
                    path: path, line: line, message: "\(target) may not import \(module)")
            }
            if let modules = pure[target], !modules.contains(module) {
                return Complaint(
                    path: path, line: line, message: "\(target) is pure and imports \(module)")
            }
            return nil
        }
    }

    /// Lines of a pure box that know a clock, chance or the world outside.
    static func impurities(target: String, path: String, text: SwiftText) -> [Complaint] {
        guard pure.keys.contains(target) else { return [] }
        return text.code.enumerated().flatMap { index, line in
            impurities.filter { line.containsWord($0) }.map {
                Complaint(path: path, line: index + 1, message: "\(target) is pure and uses \($0)")
            }
        }
    }

    /// What the manifest declares, read from `swift package dump-package`.
    struct Manifest: Decodable {
        /// A target with its dependencies.
        struct Target: Decodable {
            var name: String
            var type: String
            var path: String?
            var dependencies: [[String: [Dependency?]]]
        }
        /// A name, or the condition and aliases beside it, which do not matter here.
        struct Dependency: Decodable {
            var name: String?
            init(from decoder: any Decoder) throws {
                name = try? decoder.singleValueContainer().decode(String.self)
            }
        }
        var targets: [Target]
    }

    /// Declared dependencies between targets of ours that the table does not have.
    static func complaints(manifest: Data) throws -> [Complaint] {
        let targets = try JSONDecoder().decode(Manifest.self, from: manifest).targets
        return targets.filter { $0.type != "test" && $0.path?.hasPrefix("Tests/") != true }
            .flatMap { target -> [Complaint] in
                guard let allowed = arrows[target.name] else {
                    return ["target \(target.name) is not in the table"].map(inManifest)
                }
                let names = target.dependencies.flatMap { dependency in
                    (dependency["byName"] ?? dependency["target"])?.first??.name.map { [$0] } ?? []
                }
                return names.filter { arrows.keys.contains($0) && !allowed.contains($0) }
                    .map { inManifest("\(target.name) may not depend on \($0)") }
            }
    }

    private static func inManifest(_ message: String) -> Complaint {
        Complaint(path: "Package.swift", line: 1, message: message)
    }
}

extension StringProtocol {
    /// Whether the text holds `word` with no letter, digit or underscore directly around it.
    func containsWord(_ word: String) -> Bool {
        var rest = self[...]
        while let range = rest.range(of: word) {
            let before = self[..<range.lowerBound].last
            let after = self[range.upperBound...].first
            let begins = word.utf8.first?.isWord == true
            let ends = word.utf8.last?.isWord == true
            if !(begins && before?.utf8.last?.isWord == true),
                !(ends && after?.utf8.first?.isWord == true)
            {
                return true
            }
            rest = rest[range.upperBound...]
        }
        return false
    }
}
