import Labor
import NIOCore
import NIOSSL

/// The SMTP dialogue that transfers one message (RFC 5321).
struct SMTPDialogue {
    let options: MailReceiverOptions
    let tls: NIOSSLContext?
    var connection: SMTPConnection

    /// The result of a transfer.
    struct Outcome {
        /// The server's last answer.
        var reply: SMTPReply
        /// The recipients that the server rejected permanently, each with the answer.
        var refused: [(address: String, reply: SMTPReply)]
    }

    /// The whole dialogue, from the greeting to QUIT. Throws a `DeliveryFailure` with the verdict
    /// of the failed step.
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
        // The server has accepted the message, so a failure of QUIT does not matter.
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

    /// Sends the recipients and returns those that were rejected. A permanent rejection (5xx) of
    /// one recipient does not stop the delivery to the others. A temporary one (4xx) does, because
    /// the retry would send the mail to the others a second time.
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
        // The codes 251 and 252 also accept a recipient.
        guard reply.code != code, !(code == 250 && [251, 252].contains(reply.code)) else { return }
        throw failure(
            reply, "refused \(step)", verdict: reply.code / 100 == 5 ? .permanent : .transient,
            hint: hint)
    }

    private func failure(
        _ reply: SMTPReply, _ words: String, verdict: DeliveryFailure.Verdict, hint: String?
    ) -> DeliveryFailure {
        // A server may quote the rejected line, which may contain the password in plain or encoded
        // form.
        let text = options.login.map { Scrubber(login: $0).scrubbed(reply.text) } ?? reply.text
        let shown = Excerpt.of(Array(text.utf8), limit: Limits.errorBytes) ?? ""
        return DeliveryFailure(
            message: "the mail server of \(options.name) \(words): \(reply.code) "
                + shown.onOneLine,
            status: reply.code, answer: text, verdict: verdict, hint: hint)
    }
}

extension Scrubber {
    /// A scrubber for a password, in plain form and in the two encoded forms of the login.
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
