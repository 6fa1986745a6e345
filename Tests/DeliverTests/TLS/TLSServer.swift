import Foundation
import NIOCore
import NIOPosix
import NIOSSL
import Synchronization
import Testing

/// A certificate for a server, with its key, as openssl makes it.
struct ServerCertificate {
    let certificate: String
    let key: String

    /// One that signs itself.
    /// - Parameters:
    ///   - names: what it is for, `DNS:localhost`.
    ///   - days: how long it holds; a negative number has passed already.
    static func made(
        in directory: String, names: String, days: Int = 2
    ) throws -> ServerCertificate {
        let made = ServerCertificate(
            certificate: directory + "/server.pem", key: directory + "/server-key.pem")
        let request = directory + "/server.csr"
        try openssl(
            "req", "-new", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes",
            "-keyout", made.key, "-out", request, "-subj", "/CN=server", "-addext",
            "subjectAltName=\(names)")
        try openssl(
            "x509", "-req", "-in", request, "-signkey", made.key, "-days", String(days),
            "-copy_extensions", "copy", "-out", made.certificate)
        return made
    }

    private static func openssl(_ arguments: String...) throws {
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/openssl")
        process.arguments = arguments
        process.standardError = FileHandle.nullDevice
        process.standardOutput = FileHandle.nullDevice
        try process.run()
        process.waitUntilExit()
        try #require(process.terminationStatus == 0, "openssl \(arguments[0]) failed")
    }
}

/// A real HTTPS server on a loopback port: it answers every request alike and closes.
final class TLSServer: Sendable {
    let port: Int
    private let requests: Requests

    private init(port: Int, requests: Requests) {
        self.port = port
        self.requests = requests
    }

    /// How many requests came through the handshake.
    var received: Int { requests.count.withLock { $0 } }

    static func serving(
        _ files: ServerCertificate, answer: String = "HTTP/1.1 204 No Content\r\n\r\n",
        _ body: (TLSServer) async throws -> Void
    ) async throws {
        let context = try NIOSSLContext(
            configuration: .makeServerConfiguration(
                certificateChain: try NIOSSLCertificate.fromPEMFile(files.certificate)
                    .map { .certificate($0) },
                privateKey: .privateKey(try NIOSSLPrivateKey(file: files.key, format: .pem))))
        let requests = Requests()
        let channel = try await ServerBootstrap(group: .singletonMultiThreadedEventLoopGroup)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    let pipeline = channel.pipeline.syncOperations
                    try pipeline.addHandler(NIOSSLServerHandler(context: context))
                    try pipeline.addHandler(Answerer(answer, requests))
                }
            }
            .bind(host: "127.0.0.1", port: 0).get()
        do {
            try await body(
                TLSServer(port: channel.localAddress?.port ?? 0, requests: requests))
        } catch {
            try await channel.close()
            throw error
        }
        try await channel.close()
    }
}

private final class Requests: Sendable {
    let count = Mutex(0)
}

/// Answers once all of a request is there.
private final class Answerer: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private let answer: String
    private let requests: Requests
    private var heard = ""

    init(_ answer: String, _ requests: Requests) {
        self.answer = answer
        self.requests = requests
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        heard += String(buffer: unwrapInboundIn(data))
        let parts = heard.components(separatedBy: "\r\n\r\n")
        guard parts.count == 2,
            let match = parts[0].lowercased().firstMatch(of: /content-length: (\d+)/),
            let length = Int(match.1), parts[1].utf8.count >= length
        else { return }
        requests.count.withLock { $0 += 1 }
        context.writeAndFlush(wrapOutboundOut(ByteBuffer(string: answer)), promise: nil)
        context.close(promise: nil)
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        context.close(promise: nil)
    }
}
