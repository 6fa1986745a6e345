import Foundation

/// Reads files that people write: configuration, rules, texts, templates, lists, secrets, tables,
/// certificates.
///
/// All such files are read here, so that the same rules apply to all: a file is UTF-8, and a byte
/// order mark, which editors and spreadsheet programs on Windows write before a text, is removed.
package enum TextReader {
    /// The default for the maximum size of a file, bytes.
    package static let bytesMax = 1 << 20

    /// Why a file cannot be used.
    package struct Fault: Error, Hashable, Sendable, CustomStringConvertible {
        /// What was found. The text names the path only when the file could not be opened.
        package var message: String
        /// The correction.
        package var hint: String
        /// The message of the error.
        package var description: String { message }
    }

    /// The text of a file.
    package static func read(
        _ path: String, bytesMax: Int = TextReader.bytesMax
    ) throws(Fault) -> String {
        try text(try bytes(path), bytesMax: bytesMax)
    }

    /// The text of a file's bytes.
    package static func text(
        _ bytes: [UInt8], bytesMax: Int = TextReader.bytesMax
    ) throws(Fault) -> String {
        guard bytes.count <= bytesMax else {
            throw Fault(
                message: "the file has more than \(bytesMax) bytes", hint: "is it the right one?")
        }
        if bytes.starts(with: [0xFF, 0xFE]) || bytes.starts(with: [0xFE, 0xFF]) {
            throw Fault(message: "the file is UTF-16 text", hint: "save it as UTF-8")
        }
        guard let text = String(validating: withoutMarks(bytes), as: UTF8.self) else {
            throw Fault(message: "the file is no UTF-8 text", hint: "save it as UTF-8")
        }
        return text
    }

    /// The bytes without byte order marks at the beginning of the text and at the beginning of a
    /// line. A mark at the beginning of a line is a result of joining files.
    package static func withoutMarks(_ bytes: [UInt8]) -> [UInt8] {
        let mark: [UInt8] = [0xEF, 0xBB, 0xBF]
        guard bytes.contains(mark[0]) else { return bytes }
        var kept: [UInt8] = []
        kept.reserveCapacity(bytes.count)
        var index = 0
        while index < bytes.count {
            let isLineStart = kept.isEmpty || kept.last == UInt8(ascii: "\n")
            if isLineStart, bytes[index...].starts(with: mark) {
                index += mark.count
                continue
            }
            kept.append(bytes[index])
            index += 1
        }
        return kept
    }

    /// The bytes of a file as they are.
    package static func bytes(_ path: String) throws(Fault) -> [UInt8] {
        do {
            return [UInt8](try Data(contentsOf: URL(fileURLWithPath: path)))
        } catch {
            throw Fault(
                message: why(path), hint: "check the path, and that this user may read it")
        }
    }

    /// Why a file cannot be read; nil when it can.
    package static func obstacle(_ path: String) -> String? {
        let files = FileManager.default
        guard files.fileExists(atPath: path), !isDirectory(path), files.isReadableFile(atPath: path)
        else { return why(path) }
        return nil
    }

    /// Whether there is a directory of that path.
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
}
