import NIOCore
import NIOSSL

/// What is said to a mail server to hand one message over (RFC 5321).
struct SMTPDialogue {
    let options: MailReceiverOptions
    let tls: NIOSSLContext?
    var connection: SMTPConnection

    /// How the server took it.
    struct Outcome {
        /// The server's last words.
        var reply: SMTPReply
        /// Recipients that it does not know, each with its words.
        var refused: [(address: String, reply: SMTPReply)]
    }

    /// From the greeting to the end.
    mutating func hand(over message: [UInt8]) async throws -> Outcome {
        try expect(220, try await connection.hear(step: "greeting"), "greeting")
        var hello = try await greet()
        if options.security == .starttls, let tls {
            guard hello.capabilities.contains(["STARTTLS"]) else {
                throw failure(
                    hello, "offers no STARTTLS", verdict: .transient,
                    hint: "set 'security: tls' with its port, or let the server offer it")
            }
            try expect(220, try await ask("STARTTLS"), "STARTTLS")
            try await connection.startTLS(tls, host: options.host)
            hello = try await greet()
        }
        if let login = options.login { try await authenticate(login, hello) }
        try expect(250, try await ask("MAIL FROM:<\(options.from)>", "MAIL"), "MAIL")
        let refused = try await name()
        try expect(354, try await ask("DATA"), "DATA")
        try await connection.say(SMTPText.data(message), step: "the message")
        let reply = try await connection.hear(step: "the end of the message")
        try expect(250, reply, "the message")
        // It has the message: how the farewell goes does not matter.
        try? await connection.say(Array("QUIT\r\n".utf8), step: "QUIT")
        return Outcome(reply: reply, refused: refused)
    }

    private mutating func ask(_ line: String, _ step: String? = nil) async throws -> SMTPReply {
        try await connection.ask(line, step: step ?? line)
    }

    private mutating func greet() async throws -> SMTPReply {
        let domain = options.from.split(separator: "@").last.map(String.init) ?? "localhost"
        let reply = try await ask("EHLO \(domain)", "EHLO")
        try expect(250, reply, "EHLO")
        return reply
    }

    private mutating func authenticate(
        _ login: MailReceiverOptions.Login, _ hello: SMTPReply
    ) async throws {
        let ways = hello.capabilities.first { $0.first == "AUTH" }?.dropFirst() ?? []
        let hint = "compare user and password with the mail server's"
        if ways.contains("PLAIN") {
            let words = SMTPText.plain(user: login.user, password: login.password.text)
            try expect(235, try await ask("AUTH PLAIN \(words)", "AUTH"), "the login", hint: hint)
        } else if ways.contains("LOGIN") {
            try expect(334, try await ask("AUTH LOGIN", "AUTH"), "the login", hint: hint)
            let user = SMTPText.base64(login.user)
            try expect(334, try await ask(user, "AUTH"), "the login", hint: hint)
            let password = SMTPText.base64(login.password.text)
            try expect(235, try await ask(password, "AUTH"), "the login", hint: hint)
        } else {
            throw failure(
                hello, "offers neither AUTH PLAIN nor LOGIN", verdict: .transient,
                hint: "leave the user out, or let the server offer one of them")
        }
    }

    /// Names the recipients. One that is refused for good does not keep the others from theirs; one
    /// that is refused for now does, for they would get the next try twice.
    private mutating func name() async throws -> [(String, SMTPReply)] {
        var refused: [(String, SMTPReply)] = []
        for address in options.to {
            let reply = try await ask("RCPT TO:<\(address)>", "RCPT")
            if reply.code / 100 == 5 {
                refused.append((address, reply))
            } else {
                try expect(250, reply, "the recipient \(address)")
            }
        }
        if refused.count == options.to.count, let (address, reply) = refused.first {
            throw failure(
                reply, "refused the recipient \(address)", verdict: .permanent,
                hint: "correct 'to' and reload, then run `laborwatch deliveries retry`")
        }
        return refused
    }

    private func expect(
        _ code: Int, _ reply: SMTPReply, _ step: String, hint: String? = nil
    ) throws(DeliveryFailure) {
        // 251 and 252 take a recipient, too.
        guard reply.code != code, !(code == 250 && [251, 252].contains(reply.code)) else { return }
        throw failure(
            reply, "refused \(step)", verdict: reply.code / 100 == 5 ? .permanent : .transient,
            hint: hint)
    }

    private func failure(
        _ reply: SMTPReply, _ words: String, verdict: DeliveryFailure.Verdict, hint: String?
    ) -> DeliveryFailure {
        // A server may quote what it did not like, the password in whatever form it came.
        let text = options.login.map { Scrubber(login: $0).scrubbed(reply.text) } ?? reply.text
        let shown = Excerpt.of(Array(text.utf8), limit: Limits.errorBytes) ?? ""
        return DeliveryFailure(
            message: "the mail server of \(options.name) \(words): \(reply.code) "
                + shown.onOneLine,
            status: reply.code, answer: text, verdict: verdict, hint: hint)
    }
}

extension Scrubber {
    /// What takes a password out of a server's words, also as it went over the line.
    fileprivate init(login: MailReceiverOptions.Login) {
        let password = login.password.text
        self.init(
            url: "",
            secrets: [
                login.password, Credential(SMTPText.base64(password)),
                Credential(SMTPText.plain(user: login.user, password: password)),
            ])
    }
}
