import Foundation
import Glibc
import Labor
import Support

/// A bureau's webhook on a loopback port: first nobody is there and connections are refused; once
/// it opens, it takes what comes.
final class Hook: Sendable {
    let port: Int
    private let listener: LoopbackSocket
    private let arrived = TestSignal<[JSONValue]>([])

    /// Reserves a port without listening on it.
    init() throws {
        listener = try LoopbackSocket()
        port = listener.port
    }

    deinit { close(listener.descriptor) }

    /// The ids of the events that came, in order and as often as they came.
    var events: [String] { documents.map { $0["event_id"].text } }

    /// The documents of the events that came, in order and as often as they came.
    var documents: [JSONValue] { arrived.value }

    /// Waits until the documents that came meet a condition.
    func wait(until holds: @escaping @Sendable (_ documents: [JSONValue]) -> Bool) async throws {
        try await arrived.wait(for: holds)
    }

    /// From here on everything is taken with 204, until the closure is over.
    func open(_ body: () async throws -> Void) async throws {
        try listener.listen(backlog: 64)
        Thread.detachNewThread { [self] in serve() }
        defer { shutdown(listener.descriptor, Int32(SHUT_RDWR)) }
        try await body()
    }

    private func serve() {
        while true {
            let connection = accept(listener.descriptor, nil, nil)
            guard connection >= 0 else { return }
            if let body = Hook.body(connection) {
                if let message = try? JSONValue(line: String(decoding: body, as: UTF8.self)) {
                    arrived.update { $0.append(message["data"]) }
                }
                let answer = Array("HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n".utf8)
                _ = send(connection, answer, answer.count, Int32(MSG_NOSIGNAL))
            }
            close(connection)
        }
    }

    /// The body of one request; nil when it ends before its time.
    private static func body(_ connection: Int32) -> [UInt8]? {
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 65_536)
        while true {
            if let body = complete(bytes) { return body }
            let count = recv(connection, &chunk, chunk.count, 0)
            guard count > 0 else { return nil }
            bytes += chunk.prefix(count)
        }
    }

    private static func complete(_ bytes: [UInt8]) -> [UInt8]? {
        let end = Array("\r\n\r\n".utf8)
        guard let start = bytes.indices.first(where: { bytes[$0...].starts(with: end) }) else {
            return nil
        }
        let head = String(decoding: bytes[..<start], as: UTF8.self)
        let length = head.split(whereSeparator: \.isNewline).compactMap { line -> Int? in
            let parts = line.split(separator: ":", maxSplits: 1)
            guard parts.count == 2, parts[0].lowercased() == "content-length" else { return nil }
            return Int(parts[1].trimmingCharacters(in: .whitespaces))
        }.first
        let body = bytes[(start + end.count)...]
        return body.count >= length ?? 0 ? Array(body) : nil
    }
}
