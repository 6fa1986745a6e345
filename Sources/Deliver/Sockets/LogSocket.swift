import Glibc

/// A socket to a log daemon. Sending and connecting block, each at most `Limits.socketSeconds`.
final class LogSocket {
    /// A system call that failed.
    struct Trouble: Error {
        var call: String
        var number: Int32

        var reason: String { String(cString: strerror(number)) }
    }

    /// The address of the log daemon.
    enum Place: Hashable, Sendable {
        /// A Unix datagram socket on this machine.
        case local(path: String)
        case udp(host: String, port: Int)
        case tcp(host: String, port: Int)

        var isStream: Bool {
            if case .tcp = self { return true }
            return false
        }
    }

    private let descriptor: Int32

    private init(_ descriptor: Int32) {
        self.descriptor = descriptor
    }

    deinit { close(descriptor) }

    /// Connects to the log daemon.
    static func open(_ place: Place) throws(Trouble) -> LogSocket {
        switch place {
        case .local(let path): try local(path)
        case .udp(let host, let port): try remote(host, port, SOCK_DGRAM, IPPROTO_UDP)
        case .tcp(let host, let port): try remote(host, port, SOCK_STREAM, IPPROTO_TCP)
        }
    }

    /// Sends all bytes: one datagram, or a part of a stream.
    func send(_ bytes: [UInt8]) throws(Trouble) {
        var rest = bytes[...]
        repeat {
            let count = rest.withUnsafeBytes {
                Glibc.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
            }
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw Trouble(call: "send", number: errno) }
            rest = rest.dropFirst(count)
        } while !rest.isEmpty
    }

    /// Whether the connection is still open. A stream that the other side has closed must be opened
    /// again.
    var isOpen: Bool {
        var byte: UInt8 = 0
        let flags = Int32(MSG_PEEK) | Int32(MSG_DONTWAIT)
        let count = recv(descriptor, &byte, 1, flags)
        return count > 0 || (count < 0 && [EAGAIN, EWOULDBLOCK, EINTR].contains(errno))
    }

    private static func local(_ path: String) throws(Trouble) -> LogSocket {
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        let bytes = Array(path.utf8)
        let room = MemoryLayout.size(ofValue: address.sun_path)
        guard bytes.count < room else { throw Trouble(call: "connect", number: ENAMETOOLONG) }
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: bytes) }
        let made = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        guard made >= 0 else { throw Trouble(call: "socket", number: errno) }
        let result = LogSocket(made)
        try result.limitTime()
        let size = socklen_t(MemoryLayout<sockaddr_un>.size)
        let status = withUnsafePointer(to: address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { connect(made, $0, size) }
        }
        guard status == 0 else { throw Trouble(call: "connect", number: errno) }
        return result
    }

    private static func remote(
        _ host: String, _ port: Int, _ type: __socket_type, _ protocolNumber: Int
    ) throws(Trouble) -> LogSocket {
        var hints = addrinfo()
        hints.ai_socktype = Int32(type.rawValue)
        hints.ai_protocol = Int32(protocolNumber)
        var list: UnsafeMutablePointer<addrinfo>?
        guard getaddrinfo(host, "\(port)", &hints, &list) == 0, let list else {
            throw Trouble(call: "getaddrinfo", number: ENOENT)
        }
        defer { freeaddrinfo(list) }
        var trouble = Trouble(call: "connect", number: EADDRNOTAVAIL)
        var next: UnsafeMutablePointer<addrinfo>? = list
        while let entry = next?.pointee {
            let kind = entry.ai_socktype | Int32(SOCK_CLOEXEC.rawValue)
            let made = socket(entry.ai_family, kind, entry.ai_protocol)
            if made >= 0 {
                let result = LogSocket(made)
                // The time limit for sending also limits connecting.
                try result.limitTime()
                if connect(made, entry.ai_addr, entry.ai_addrlen) == 0 { return result }
                trouble = Trouble(call: "connect", number: errno)
            }
            next = entry.ai_next
        }
        throw trouble
    }

    private func limitTime() throws(Trouble) {
        var limit = timeval(tv_sec: Limits.socketSeconds, tv_usec: 0)
        let size = socklen_t(MemoryLayout<timeval>.size)
        guard setsockopt(descriptor, SOL_SOCKET, SO_SNDTIMEO, &limit, size) == 0 else {
            throw Trouble(call: "setsockopt", number: errno)
        }
    }
}
