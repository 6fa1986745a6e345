import Foundation
import Glibc

/// A directory of complete message files. A file gets its final name only after all bytes are on
/// the disk, so that a reader of the directory never sees a partial message.
struct CAPDirectory {
    let path: String

    /// Writes a file through a temporary file and a rename. A file with the same name is replaced.
    func write(_ bytes: [UInt8], to name: String) throws(FileTrouble) {
        try LineFile.make(directory: path)
        let target = "\(path)/\(name)"
        let draft = "\(path)/.\(name).part"
        let descriptor = Glibc.open(draft, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o640)
        guard descriptor >= 0 else {
            throw FileTrouble(call: "open", path: draft, number: errno)
        }
        do throws(FileTrouble) {
            defer { Glibc.close(descriptor) }
            try fill(descriptor, bytes, draft)
            guard rename(draft, target) == 0 else {
                throw FileTrouble(call: "rename to", path: target, number: errno)
            }
        } catch {
            unlink(draft)
            throw error
        }
        try LineFile.sync(directory: path)
    }

    private func fill(
        _ descriptor: Int32, _ bytes: [UInt8], _ draft: String
    ) throws(FileTrouble) {
        var rest = bytes[...]
        while !rest.isEmpty {
            let written = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            if written < 0, errno == EINTR { continue }
            guard written > 0 else {
                throw FileTrouble(call: "write", path: draft, number: written < 0 ? errno : 0)
            }
            rest = rest.dropFirst(written)
        }
        guard fsync(descriptor) == 0 else {
            throw FileTrouble(call: "sync", path: draft, number: errno)
        }
    }

    /// Removes messages, and temporary files that a crash left, that were written before a time.
    /// - Parameter writtenBefore: Unix seconds.
    /// - Returns: the names of the files that could not be removed.
    func sweep(writtenBefore: Double) -> [String] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []
        return names.filter { name in
            guard
                name.hasPrefix("cap-") && name.hasSuffix(".xml")
                    || name.hasPrefix(".cap-") && name.hasSuffix(".part")
            else { return false }
            var status = stat()
            let file = "\(path)/\(name)"
            guard stat(file, &status) == 0, Double(status.st_mtim.tv_sec) < writtenBefore else {
                return false
            }
            return unlink(file) != 0 && errno != ENOENT
        }
    }
}
