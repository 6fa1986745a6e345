import Foundation
import Glibc

/// A system call that failed for one file or directory.
struct FileTrouble: Error, Hashable {
    /// The operation that failed, for example `write`.
    let call: String
    /// The file or directory.
    let path: String
    /// The system's error number (errno); 0 for an incomplete write.
    let number: Int32

    /// The delivery failure that results. It is always transient, because an operator can free disk
    /// space or grant access.
    var failure: DeliveryFailure {
        let reason =
            number == 0 ? "the line was not written whole" : String(cString: strerror(number))
        return DeliveryFailure(
            message: "\(call) \(path): \(reason)", verdict: .transient, hint: hint)
    }

    private var hint: String {
        switch number {
        case 0, ENOSPC, EDQUOT, EFBIG:
            "make room on its file system; the alert waits and comes again"
        case EACCES, EPERM, EROFS:
            "let the daemon's user write there, or set another directory for the receiver"
        case ENOTDIR, ENAMETOOLONG, ELOOP, EISDIR:
            "set another directory for the receiver"
        case EMFILE, ENFILE:
            "raise the limit of open files"
        default:
            "check the disk and the system's log"
        }
    }
}
