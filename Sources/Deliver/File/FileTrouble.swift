import Foundation
import Glibc

/// A call to the system that failed, for one file.
struct FileTrouble: Error, Hashable {
    /// What was tried, `write`.
    let call: String
    /// The file or directory.
    let path: String
    /// The system's number for it; 0 for a write that stopped short.
    let number: Int32

    /// The failure of a delivery that it causes: always one to try again, for disks are emptied and
    /// rights are given.
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
