package import Alerting
package import Labor
package import Logging
import NIOCore
import NIOPosix
import NIOSSL

/// A receiver that sends each message as one mail over its own SMTP connection.
///
/// All mails of an episode are in one thread. A server's 4xx answer is transient, a 5xx answer is
/// permanent.
package struct MailReceiver: Receiver {
    /// The name in the configuration.
    package var name: String { options.name }
    /// The server's URL, `smtp://host:port`.
    package var address: String { "smtp://\(options.host):\(options.port)" }

    private let options: MailReceiverOptions
    private let tls: NIOSSLContext?
    private let composer: MessageComposer
    private let logger: Logger

    /// A receiver with its settings.
    /// - Parameter logger: gets a warning for each recipient that the server rejects.
    /// - Throws: when an address, the TLS mode or the authority file is invalid.
    package init(
        _ options: MailReceiverOptions, logger: Logger = Logger(label: "laborwatch.deliver")
    ) throws(ReceiverError) {
        try options.check()
        self.options = options
        self.logger = logger
        composer = MessageComposer(
            receiver: options.name, wording: options.wording, logger: logger)
        tls = options.security == .none ? nil : try MailReceiver.context(options)
    }

    /// Sends the message. The delivery counts when the server has accepted the message.
    package func deliver(
        _ message: AlertMessage, at now: Instant
    ) async throws(DeliveryFailure) -> DeliveryReceipt {
        let entries = try composer.alerts(message)
        let fits: (String) -> Bool = { $0.utf8.count <= Limits.mailTextBytes }
        let text = composer.text(entries, isTest: message.isTest, style: .plain, fits: fits)
        let html = options.html ? page(entries, message, fits: fits) : nil
        let mail = MailMessage(message, text: text, html: html, options: options, at: now)
        do {
            let outcome = try await hand(over: mail.bytes)
            return receipt(outcome)
        } catch let failure as DeliveryFailure {
            throw failure
        } catch {
            throw await failure(of: error)
        }
    }

    /// Does nothing: no connection stays open.
    package func close() async {}

    private func page(
        _ entries: [MessageEntry], _ message: AlertMessage, fits: (String) -> Bool
    ) -> String {
        let text = BuiltInText(
            entries: entries, words: MessageWords(language: options.wording.language),
            style: .html, isTest: message.isTest)
        let listed = (0...entries.count).reversed().first { fits(text.text(listing: $0)) } ?? 0
        return "<!DOCTYPE html>\n<html lang=\"\(options.wording.language.rawValue)\"><body>\n"
            + text.text(listing: listed) + "\n</body></html>"
    }

    private func hand(over message: [UInt8]) async throws -> SMTPDialogue.Outcome {
        let timeout = TimeAmount.milliseconds(Int64(options.timeoutSeconds * 1_000))
        let pipe = try await SMTPConnection.open(
            host: options.host, port: options.port, tls: options.security == .tls ? tls : nil,
            timeout: timeout)
        let channel = pipe.channel
        // A server that is slow in each step must not take longer than the courier's claim.
        let whole = channel.eventLoop.scheduleTask(
            in: .seconds(Int64(Limits.mailSecondsMax))
        ) { channel.close(mode: .all, promise: nil) }
        defer { whole.cancel() }
        return try await pipe.executeThenClose { inbound, outbound in
            var dialogue = SMTPDialogue(
                options: options, tls: tls,
                connection: SMTPConnection(
                    channel, inbound: inbound, outbound: outbound, timeout: timeout))
            return try await dialogue.hand(over: message)
        }
    }

    private func receipt(_ outcome: SMTPDialogue.Outcome) -> DeliveryReceipt {
        var words = outcome.reply.text
        for (address, reply) in outcome.refused {
            words += "; refused \(address): \(reply.code) \(reply.text)"
            logger.warning(
                "the mail server refused a recipient; the others got the mail",
                metadata: [
                    "receiver": "\(name)", "recipient": "\(address)", "status": "\(reply.code)",
                ])
        }
        return DeliveryReceipt(
            status: outcome.reply.code, answer: Excerpt.of(Array(words.utf8)))
    }

    private func failure(of error: any Error) async -> DeliveryFailure {
        let place = "\(options.host):\(options.port)"
        // The certificate is not examined for STARTTLS, because that would need a second SMTP
        // dialogue.
        let time = TimeAmount.milliseconds(Int64(options.timeoutSeconds * 1_000))
        if let fault = await TLSFault.found(
            in: error, host: options.host, port: options.port,
            deadline: options.security == .tls ? .now() + time : .now())
        {
            return DeliveryFailure(
                message: "no TLS with the mail server \(place): \(fault.reason)",
                verdict: .transient, hint: fault.hint)
        }
        switch error {
        case SMTPConnection.Trouble.timedOut(let step):
            return DeliveryFailure(
                message: "the mail server \(place) did not answer \(step) within "
                    + "\(options.timeoutSeconds) s", verdict: .transient,
                hint: "check the server; where it begins with TLS, set 'security: tls'")
        case SMTPConnection.Trouble.closed(let step):
            return DeliveryFailure(
                message: "the mail server \(place) closed the connection at \(step)",
                verdict: .transient)
        case SMTPConnection.Trouble.nonsense:
            return DeliveryFailure(
                message: "what answers at \(place) does not speak SMTP", verdict: .transient,
                hint: "check host, port and 'security'")
        case SMTPConnection.Trouble.injected:
            return DeliveryFailure(
                message: "the mail server \(place) said something between STARTTLS and TLS",
                verdict: .transient, hint: "somebody may sit in the line: have it looked at")
        default:
            return DeliveryFailure(
                message: "no connection to the mail server \(place): \(shown(error))",
                verdict: .transient, hint: "check that it runs, and 'host' and 'port'")
        }
    }

    private func shown(_ error: any Error) -> String {
        Excerpt.of(Array("\(error)".utf8), limit: Limits.errorBytes) ?? "no reason"
    }

    private static func context(
        _ options: MailReceiverOptions
    ) throws(ReceiverError) -> NIOSSLContext {
        let configuration = try Authorities.configuration(
            file: options.authorityFile, receiver: options.name)
        do {
            return try NIOSSLContext(configuration: configuration)
        } catch {
            throw ReceiverError(
                code: "authority_invalid",
                message: "the authorities of the receiver \(options.name) cannot be used: \(error)",
                hint: "let 'ca_file' name certificates in PEM, or leave it out for the system's")
        }
    }
}
