import Foundation
import Glibc

/// A directory of whole messages: a file gets its name when all of it is on the disk, so that a
/// reader that watches the directory never sees half a message.
struct CAPDirectory {
    let path: String

    /// Writes a file; one of the same name is replaced.
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

    /// Removes messages, and what a crash left of one, that were written before a time.
    /// - Returns: those that could not be removed.
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
