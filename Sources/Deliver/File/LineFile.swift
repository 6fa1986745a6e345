// On Linux the C type `stat` may reach Swift by way of Dispatch's C module.
import Dispatch
import Foundation
import Glibc
import Labor

/// An open file of lines that is only ever appended to, also by others at the same time.
///
/// Not `Sendable`: it belongs to the one actor that opened it.
final class LineFile {
    /// Where it was when it was opened.
    let path: String
    private let descriptor: Int32

    /// Opens the file for appending, and makes it with mode 0640 when it is not there; then the
    /// directory is synced too, so that the name outlives a power cut.
    init(path: String, directory: String) throws(FileTrouble) {
        self.path = path
        var descriptor = Glibc.open(path, O_RDWR | O_APPEND | O_CLOEXEC)
        if descriptor < 0, errno == ENOENT {
            descriptor = Glibc.open(path, O_RDWR | O_APPEND | O_CLOEXEC | O_CREAT, 0o640)
            if descriptor >= 0 {
                do throws(FileTrouble) {
                    try LineFile.sync(directory: directory)
                } catch {
                    // Nobody will ever have this object, so its deinit closes nothing.
                    Glibc.close(descriptor)
                    throw error
                }
            }
        }
        guard descriptor >= 0 else {
            throw FileTrouble(call: "open", path: path, number: errno)
        }
        self.descriptor = descriptor
    }

    deinit { Glibc.close(descriptor) }

    /// Whether the file has no name any more: a line written to it would be lost.
    var isGone: Bool {
        var status = stat()
        return fstat(descriptor, &status) != 0 || status.st_nlink == 0
    }

    /// Runs a body while no other process or receiver appends to the file.
    func locked<Result>(
        _ body: () throws(FileTrouble) -> Result
    ) throws(FileTrouble) -> Result {
        while flock(descriptor, LOCK_EX) != 0 {
            guard errno == EINTR else {
                throw FileTrouble(call: "lock", path: path, number: errno)
            }
        }
        defer { flock(descriptor, LOCK_UN) }
        return try body()
    }

    /// Appends a whole line with one write and waits until the disk has it. Under `locked` only.
    ///
    /// When it fails, the file is as long as before.
    /// - Returns: the length before, for `cut(to:)`.
    func append(_ line: [UInt8]) throws(FileTrouble) -> off_t {
        let before = try mendedLength()
        var written = write(descriptor, line, line.count)
        while written < 0, errno == EINTR {
            written = write(descriptor, line, line.count)
        }
        let number = written < 0 ? errno : 0
        guard written == line.count else {
            if written > 0 { cut(to: before) }
            throw FileTrouble(call: "append to", path: path, number: number)
        }
        guard fsync(descriptor) == 0 else {
            let number = errno
            cut(to: before)
            throw FileTrouble(call: "sync", path: path, number: number)
        }
        return before
    }

    /// Takes back what was appended since. Should even that fail, the torn end is mended by the
    /// next append.
    func cut(to length: off_t) {
        if ftruncate(descriptor, length) == 0 { fsync(descriptor) }
    }

    /// The length, after a last line without a line end was dealt with. Only a crash in the middle
    /// of a write leaves one: its delivery was never settled and comes again, so what cannot be
    /// read is cut off, and what is whole gets its line end.
    private func mendedLength() throws(FileTrouble) -> off_t {
        var status = stat()
        guard fstat(descriptor, &status) == 0 else {
            throw FileTrouble(call: "look at", path: path, number: errno)
        }
        let length = status.st_size
        guard status.st_mode & S_IFMT == S_IFREG, length > 0 else { return length }
        guard try read(at: length - 1, count: 1) != [UInt8(ascii: "\n")] else { return length }
        let start = try lastLineStart(length)
        if length - start <= Limits.tailBytes,
            (try? JSONDecoder().decode(
                JSONValue.self, from: Data(try read(at: start, count: Int(length - start)))))
                != nil,
            write(descriptor, "\n", 1) == 1
        {
            return length + 1
        }
        guard ftruncate(descriptor, start) == 0 else {
            throw FileTrouble(call: "cut the torn end of", path: path, number: errno)
        }
        return start
    }

    private func lastLineStart(_ length: off_t) throws(FileTrouble) -> off_t {
        var end = length
        while end > 0 {
            let start = max(0, end - off_t(Limits.tailBytes))
            let bytes = try read(at: start, count: Int(end - start))
            if let index = bytes.lastIndex(of: UInt8(ascii: "\n")) {
                return start + off_t(index) + 1
            }
            end = start
        }
        return 0
    }

    private func read(at offset: off_t, count: Int) throws(FileTrouble) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: count)
        let got = pread(descriptor, &bytes, count, offset)
        guard got == count else {
            throw FileTrouble(call: "read", path: path, number: got < 0 ? errno : EIO)
        }
        return bytes
    }

    /// Makes what happened to a directory's names durable.
    static func sync(directory: String) throws(FileTrouble) {
        let descriptor = Glibc.open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else {
            throw FileTrouble(call: "open", path: directory, number: errno)
        }
        defer { Glibc.close(descriptor) }
        guard fsync(descriptor) == 0 else {
            throw FileTrouble(call: "sync", path: directory, number: errno)
        }
    }

    /// Makes a directory with mode 0750 and everything above it that is missing.
    static func make(directory: String) throws(FileTrouble) {
        var status = stat()
        if stat(directory, &status) == 0 {
            guard status.st_mode & S_IFMT == S_IFDIR else {
                throw FileTrouble(call: "use", path: directory, number: ENOTDIR)
            }
            return
        }
        let above = String(directory[..<(directory.lastIndex(of: "/") ?? directory.startIndex)])
        let parent = above.isEmpty ? (directory.hasPrefix("/") ? "/" : ".") : above
        if parent != "/", parent != "." { try make(directory: parent) }
        guard mkdir(directory, 0o750) == 0 || errno == EEXIST else {
            throw FileTrouble(call: "make", path: directory, number: errno)
        }
        try sync(directory: parent)
    }
}
