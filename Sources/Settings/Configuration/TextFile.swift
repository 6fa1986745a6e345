import Foundation

/// Reads small text files in UTF-8, such as the configuration.
package enum TextFile {
    /// The maximum size of a file, bytes.
    static let bytesMax = 1 << 20

    /// A file that could not be read.
    package struct Unreadable: Error {
        /// The problem of the file, with a hint.
        package var problem: ConfigurationProblem
    }

    /// Reads a file of UTF-8 text, at most 1 MiB.
    package static func read(_ path: String) -> Result<String, Unreadable> {
        let bytes: Data
        do {
            bytes = try Data(contentsOf: URL(fileURLWithPath: path))
        } catch {
            return refuse(path, why(path), "check the path, and that this user may read it")
        }
        return text([UInt8](bytes), file: path)
    }

    /// Decodes bytes that were read from `file`, at most 1 MiB.
    package static func text(_ bytes: [UInt8], file: String) -> Result<String, Unreadable> {
        guard bytes.count <= bytesMax else {
            return refuse(file, "the file has more than \(bytesMax) bytes", "is it the right one?")
        }
        guard let text = String(validating: bytes, as: UTF8.self) else {
            return refuse(file, "the file is no UTF-8 text", "save it as UTF-8")
        }
        return .success(text)
    }

    /// Why a file cannot be read; nil when it can be read.
    static func obstacle(_ path: String) -> String? {
        var isDirectory: ObjCBool = false
        let files = FileManager.default
        guard files.fileExists(atPath: path, isDirectory: &isDirectory), !isDirectory.boolValue,
            files.isReadableFile(atPath: path)
        else { return why(path) }
        return nil
    }

    /// Whether a path names a directory.
    package static func isDirectory(_ path: String) -> Bool {
        var isDirectory: ObjCBool = false
        return FileManager.default.fileExists(atPath: path, isDirectory: &isDirectory)
            && isDirectory.boolValue
    }

    private static func why(_ path: String) -> String {
        if isDirectory(path) { return "\(path) is a directory" }
        let exists = FileManager.default.fileExists(atPath: path)
        return exists ? "\(path) cannot be read" : "there is no file \(path)"
    }

    private static func refuse(
        _ file: String, _ message: String, _ hint: String
    ) -> Result<String, Unreadable> {
        .failure(
            Unreadable(
                problem: ConfigurationProblem(file: file, message: message, hint: hint)))
    }
}
