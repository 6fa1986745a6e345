import Foundation
import Support
import Testing

/// A socket that takes logs, on this machine; each wait is 10 s at most.
final class LogListener {
    enum Kind { case local(path: String), udp, tcp }

    private(set) var port = 0
    private let descriptor: Int32
    private var connection: Int32 = -1

    init(_ kind: Kind) throws {
        switch kind {
        case .local(let path):
            descriptor = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue), 0)
            var address = sockaddr_un()
            address.sun_family = sa_family_t(AF_UNIX)
            withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: Array(path.utf8)) }
            let size = socklen_t(MemoryLayout<sockaddr_un>.size)
            let status = withUnsafePointer(to: address) {
                $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { bind(descriptor, $0, size) }
            }
            try #require(status == 0)
        case .udp:
            let server = try LoopbackSocket(.datagram)
            descriptor = server.descriptor
            port = server.port
        case .tcp:
            let server = try LoopbackSocket()
            try server.listen(backlog: 4)
            descriptor = server.descriptor
            port = server.port
        }
        limit(descriptor)
    }

    deinit { if !isStopped { stop() } }

    private var isStopped = false

    func stop() {
        isStopped = true
        hangUp()
        close(descriptor)
    }

    /// Ends the stream that was accepted last.
    func hangUp() {
        if connection >= 0 { close(connection) }
        connection = -1
    }

    /// One datagram.
    func datagram() throws -> [UInt8] {
        try read(descriptor, upTo: 1 << 20)
    }

    /// One message of a stream, behind its length.
    func framed() throws -> [UInt8] {
        if connection < 0 {
            connection = accept(descriptor, nil, nil)
            try #require(connection >= 0)
            limit(connection)
        }
        var digits = ""
        while let byte = try read(connection, upTo: 1).first, byte != UInt8(ascii: " ") {
            digits.unicodeScalars.append(Unicode.Scalar(byte))
        }
        let count = try #require(Int(digits))
        var bytes: [UInt8] = []
        while bytes.count < count {
            bytes += try read(connection, upTo: count - bytes.count)
        }
        return bytes
    }

    private func limit(_ descriptor: Int32) {
        var limit = timeval(tv_sec: 10, tv_usec: 0)
        setsockopt(
            descriptor, SOL_SOCKET, SO_RCVTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
    }

    private func read(_ descriptor: Int32, upTo count: Int) throws -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: count)
        let got = recv(descriptor, &bytes, count, 0)
        try #require(got > 0, "nothing came")
        return Array(bytes.prefix(got))
    }
}
