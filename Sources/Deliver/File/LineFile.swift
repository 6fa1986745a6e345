import Alerting
// On Linux the C type `stat` may be visible only through Dispatch's C module.
import Dispatch
import Glibc
import Labor

/// An open file of lines. It is only appended to; other processes may append at the same time.
///
/// Not `Sendable`: only the actor that opened the file uses it.
final class LineFile {
    /// The path when the file was opened.
    let path: String
    private let descriptor: Int32

    /// Opens the file for appending. A missing file is created with mode 0640, and the directory is
    /// synced, so that the new name survives a power failure.
    init(path: String, directory: String) throws(FileTrouble) {
        self.path = path
        var descriptor = Glibc.open(path, O_RDWR | O_APPEND | O_CLOEXEC)
        if descriptor < 0, errno == ENOENT {
            descriptor = Glibc.open(path, O_RDWR | O_APPEND | O_CLOEXEC | O_CREAT, 0o640)
            if descriptor >= 0 {
                do throws(FileTrouble) {
                    try LineFile.sync(directory: directory)
                } catch {
                    // When `init` throws, `deinit` does not run, so the descriptor is closed here.
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

    /// Whether the file was deleted. A line written to it would be lost.
    var isGone: Bool {
        var status = stat()
        return fstat(descriptor, &status) != 0 || status.st_nlink == 0
    }

    /// Runs `body` under an exclusive lock (flock), so that no other process or receiver appends
    /// meanwhile.
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

    /// Appends a whole line with one write and syncs it to the disk. Call it only inside `locked`.
    ///
    /// When it fails, the file keeps its former length.
    /// - Returns: the former length, for `cut(to:)`.
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

    /// Removes what was appended after `length`. When that fails, the next append repairs the
    /// incomplete last line.
    func cut(to length: off_t) {
        if ftruncate(descriptor, length) == 0 { fsync(descriptor) }
    }

    /// The file's length after a repair of an incomplete last line. Only a crash during a write
    /// leaves such a line, and its delivery is retried. A last line that is valid JSON gets its
    /// line end; any other is removed.
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
            (try? JSONValue(json: try read(at: start, count: Int(length - start)))) != nil,
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

    /// Syncs a directory, so that new and renamed files survive a power failure.
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

    /// Creates a directory and its missing parents with mode 0750.
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
