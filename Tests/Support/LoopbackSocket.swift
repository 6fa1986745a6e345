import Foundation
import Glibc

/// A socket of a test's server, bound to a free port of 127.0.0.1. The owner closes it.
package struct LoopbackSocket: Sendable {
    /// The type of a socket.
    package enum Kind: Sendable {
        /// TCP.
        case stream
        /// UDP.
        case datagram
    }

    /// The file descriptor.
    package let descriptor: Int32
    /// The port.
    package let port: Int

    /// Binds a socket. A stream socket refuses connections until `listen`.
    package init(_ kind: Kind = .stream) throws {
        let type = kind == .stream ? SOCK_STREAM : SOCK_DGRAM
        let descriptor = socket(AF_INET, Int32(type.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = inet_addr("127.0.0.1")
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let isBound = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(descriptor, $0, length) == 0 && getsockname(descriptor, $0, &length) == 0
            }
        }
        guard isBound else { throw POSIXError(.EADDRINUSE) }
        self.descriptor = descriptor
        port = Int(UInt16(bigEndian: address.sin_port))
    }

    /// Lets so many connections wait until they are accepted.
    package func listen(backlog: Int32) throws {
        guard Glibc.listen(descriptor, backlog) == 0 else { throw POSIXError(.EADDRINUSE) }
    }
}
