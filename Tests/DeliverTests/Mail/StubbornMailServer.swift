import Foundation
import Support

/// A mail server of bare sockets that fails where a test wants it to.
final class StubbornMailServer: Sendable {
    /// What it does when a verb comes; `greeting` and `.` (the end of a message) count as verbs.
    enum Manner: Sendable { case silent, closed, says(String) }

    let port: Int
    private let descriptor: Int32

    init(_ manners: [String: Manner]) throws {
        let server = try LoopbackSocket()
        try server.listen(backlog: 4)
        port = server.port
        let listener = server.descriptor
        descriptor = listener
        Thread.detachNewThread {
            while true {
                let connection = accept(listener, nil, nil)
                // The number is given back here, or another server would get it while this thread
                // still listens there.
                guard connection >= 0 else { return _ = close(listener) }
                StubbornMailServer.converse(connection, manners)
                close(connection)
            }
        }
    }

    deinit { shutdown(descriptor, Int32(SHUT_RDWR)) }

    private static let usual = [
        "greeting": "220 hi", "EHLO": "250-me\r\n250 STARTTLS", "STARTTLS": "220 go",
        "MAIL": "250 ok", "RCPT": "250 ok", "DATA": "354 on", ".": "250 taken",
    ]

    /// Answers until the other side goes, or for good where it is silent.
    private static func converse(_ connection: Int32, _ manners: [String: Manner]) {
        guard act("greeting", connection, manners) else { return }
        var pending: [UInt8] = []
        var isData = false
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while true {
            let count = recv(connection, &buffer, buffer.count, 0)
            guard count > 0 else { return }
            pending += buffer.prefix(count)
            while let end = pending.firstIndex(of: UInt8(ascii: "\n")) {
                let line = String(decoding: pending[..<end], as: UTF8.self)
                    .trimmingCharacters(in: .whitespacesAndNewlines)
                pending.removeSubrange(...end)
                if isData, line != "." { continue }
                let verb = isData ? "." : String(line.prefix { $0 != " " && $0 != ":" })
                isData = verb == "DATA"
                guard act(verb, connection, manners) else { return }
            }
        }
    }

    private static func act(_ verb: String, _ connection: Int32, _ manners: [String: Manner])
        -> Bool
    {
        let text: String
        switch manners[verb] {
        case .silent?: return true
        case .closed?: return false
        case .says(let words)?: text = words
        case nil: text = usual[verb] ?? "500 what"
        }
        let bytes = Array((text + "\r\n").utf8)
        return send(connection, bytes, bytes.count, Int32(MSG_NOSIGNAL)) == bytes.count
    }
}
