import Dispatch
import Glibc
import Support
import Synchronization

/// A loopback listener between us and a server, to make the network fail on demand.
final class Relay: Sendable {
    /// What the listener does with those who come.
    enum Manner: Sendable {
        /// Passes bytes on to a real server's unix socket, both ways.
        case forward(socket: String)
        /// Takes the connection and never says a word.
        case silent
        /// Speaks as a server that wants a password and takes none.
        case refusesPassword
    }

    let port: Int
    private let listener: Int32
    private let manner: Manner
    private let open = Mutex<[Int32]>([])
    private let isFrozen = Mutex(false)

    init(_ manner: Manner) throws {
        self.manner = manner
        let server = try LoopbackSocket()
        try server.listen(backlog: 16)
        listener = server.descriptor
        port = server.port
        Thread.run { self.serve() }
    }

    /// Cuts every connection and takes no more.
    func stop() {
        shutdown(listener, Int32(SHUT_RDWR))
        cut()
    }

    /// Passes nothing on any more, as a network that swallows packets.
    func freeze() {
        isFrozen.withLock { $0 = true }
    }

    /// Cuts every connection, as a pulled plug would that is noticed.
    func cut() {
        open.withLock { descriptors in
            for descriptor in descriptors { shutdown(descriptor, Int32(SHUT_RDWR)) }
        }
    }

    private func serve() {
        while true {
            let client = accept(listener, nil, nil)
            if client < 0 { return }
            open.withLock { $0.append(client) }
            switch manner {
            case .silent: continue
            case .refusesPassword: Thread.run { Relay.refusePassword(client) }
            case .forward(let path):
                let server = Relay.connect(path)
                open.withLock { $0.append(server) }
                Thread.run { self.pump(client, server) }
                Thread.run { self.pump(server, client) }
            }
        }
    }

    private func pump(_ from: Int32, _ to: Int32) {
        var bytes = [UInt8](repeating: 0, count: 65_536)
        while true {
            let count = recv(from, &bytes, bytes.count, 0)
            if count <= 0 { break }
            if isFrozen.withLock({ $0 }) { continue }
            if send(to, bytes, count, Int32(MSG_NOSIGNAL)) < count { break }
        }
        shutdown(from, Int32(SHUT_RDWR))
        shutdown(to, Int32(SHUT_RDWR))
    }

    /// AuthenticationCleartextPassword, then the ErrorResponse that a real server sends.
    private static func refusePassword(_ client: Int32) {
        var bytes = [UInt8](repeating: 0, count: 1_024)
        _ = recv(client, &bytes, bytes.count, 0)
        let ask: [UInt8] = [UInt8(ascii: "R"), 0, 0, 0, 8, 0, 0, 0, 3]
        send(client, ask, ask.count, Int32(MSG_NOSIGNAL))
        _ = recv(client, &bytes, bytes.count, 0)
        let words =
            "SFATAL\0VFATAL\0C28P01\0Mpassword authentication failed for user \"bureau\"\0\0"
        let answer =
            [UInt8(ascii: "E"), 0, 0, 0, UInt8(words.utf8.count + 4)] + Array(words.utf8)
        send(client, answer, answer.count, Int32(MSG_NOSIGNAL))
        shutdown(client, Int32(SHUT_RDWR))
    }

    private static func connect(_ path: String) -> Int32 {
        let descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8) }
        withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { general in
                _ = Glibc.connect(
                    descriptor, general, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
        return descriptor
    }
}

/// Threads of our own: the relay blocks, which no shared pool should.
private enum Thread {
    static func run(_ body: @escaping @Sendable () -> Void) {
        DispatchQueue(label: "relay").async(execute: body)
    }
}
