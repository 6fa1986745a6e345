import Foundation

/// The source tree that these tests judge.
enum Repository {
    /// Its root, found from this file's own place; symbolic links are followed, so that a package
    /// that only links to these tests judges the same tree.
    static let root = URL(fileURLWithPath: #filePath).resolvingSymlinksInPath()
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

    /// Folders with what is built or kept by tools, and files that are not committed.
    private static let ignored: Set<String> = [
        ".git", ".swiftpm", "Package.resolved", "__pycache__", "var",
    ]

    /// One file with its path below the root, `Sources/Labor/Day.swift`, and its text.
    struct File: Sendable {
        var path: String
        var text: String
        /// The lines without their ends.
        var lines: [Substring] { text.split(separator: "\n", omittingEmptySubsequences: false) }
    }

    /// Every text file below `folder`, in the order of paths; a missing folder has none.
    static func files(below folder: String = "") throws -> [File] {
        let start = folder.isEmpty ? root : root.appendingPathComponent(folder)
        var isFolder: ObjCBool = false
        guard FileManager.default.fileExists(atPath: start.path, isDirectory: &isFolder) else {
            return []
        }
        guard isFolder.boolValue else { return try text(folder).map { [$0] } ?? [] }
        return try FileManager.default.contentsOfDirectory(atPath: start.path).sorted()
            .filter {
                !ignored.contains($0) && !$0.hasPrefix(".build") && !$0.hasSuffix(".xcodeproj")
            }
            .flatMap { try files(below: folder.isEmpty ? $0 : "\(folder)/\($0)") }
    }

    /// The Swift files of the program itself, each with the target that it belongs to.
    static func sources() throws -> [(target: String, file: File)] {
        try ["Sources", "sql", "alerts"].flatMap { try files(below: $0) }
            .filter { $0.path.hasSuffix(".swift") }
            .map { (target(of: $0.path), $0) }
    }

    /// Every Swift file that people write: program, tests, benchmarks, and the manifest.
    static func swiftFiles() throws -> [File] {
        try files().filter { $0.path.hasSuffix(".swift") }
    }

    /// The target of a path: the folder below Sources, or the target that lives at the top.
    static func target(of path: String) -> String {
        let parts = path.split(separator: "/")
        switch parts.first {
        case "sql": return "LaborSQL"
        case "alerts": return "LaborRules"
        default: return parts.count > 1 ? String(parts[1]) : path
        }
    }

    /// The file's text, or nil when it is not UTF-8.
    private static func text(_ path: String) throws -> File? {
        let data = try Data(contentsOf: root.appendingPathComponent(path))
        guard !data.contains(0), let text = String(data: data, encoding: .utf8) else { return nil }
        return File(path: path, text: text)
    }
}

/// What a checker has against a line.
struct Complaint: Hashable, CustomStringConvertible {
    var path: String
    var line: Int
    var message: String
    var description: String { "\(path):\(line): \(message)" }
}
