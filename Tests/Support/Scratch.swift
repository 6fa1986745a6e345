package import Foundation

/// A folder of a test, which is removed together with this value.
package final class Scratch: Sendable {
    /// The path of the folder.
    package let path: String

    /// Creates the folder.
    package init() throws {
        path = NSTemporaryDirectory() + "laborwatch-" + UUID().uuidString
        try FileManager.default.createDirectory(
            atPath: path, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    /// Writes a text file and the folders above it.
    /// - Returns: the path of the file.
    @discardableResult
    package func write(_ name: String, _ text: String) throws -> String {
        try write(name, Data(text.utf8))
    }

    /// Writes a file and the folders above it.
    /// - Returns: the path of the file.
    @discardableResult
    package func write(_ name: String, _ data: Data) throws -> String {
        let url = URL(fileURLWithPath: path + "/" + name)
        try FileManager.default.createDirectory(
            at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
        try data.write(to: url)
        return url.path
    }
}

/// Creates a folder for the duration of the closure.
package func withDirectory(_ body: (_ path: String) async throws -> Void) async throws {
    let scratch = try Scratch()
    defer { withExtendedLifetime(scratch) {} }
    try await body(scratch.path)
}
