package import Alerting
package import Labor
package import Logging
import NIOHTTP1
import NIOSSL

/// A receiver that posts messages to a group conversation through a bot.
///
/// The receiver keeps within the service's rate limits, so that the service does not block the bot.
/// A message above the limit is postponed and does not count as an attempt. The address and the
/// secret appear in no log and no error.
package struct ChatReceiver: Receiver {
    /// The name in the configuration.
    package var name: String { options.name }

    /// The bot's full URL. It contains a secret, so only a digest of it may be stored.
    package var address: String { options.url.text }

    private let options: ChatReceiverOptions
    private let bot: any ChatBot
    private let outlet: HTTPOutlet
    private let tls: TLSConfiguration
    private let scrubber: Scrubber
    private let composer: MessageComposer
    private let window: SendWindow

    /// A receiver with its settings.
    /// - Parameters:
    ///   - outlet: the HTTP client; its owner shuts it down.
    ///   - logger: gets one warning when a template is invalid.
    /// - Throws: when the URL, the time limit or the authority file is invalid.
    package init(
        _ options: ChatReceiverOptions, outlet: HTTPOutlet,
        logger: Logger = Logger(label: "laborwatch.deliver")
    ) throws(ReceiverError) {
        try options.check()
        self.options = options
        self.outlet = outlet
        tls = try Authorities.configuration(file: options.authorityFile, receiver: options.name)
        scrubber = Scrubber(
            url: options.url.text, secrets: [options.url] + (options.secret.map { [$0] } ?? []))
        bot = options.bot
        composer = MessageComposer(receiver: options.name, wording: options.wording, logger: logger)
        window = SendWindow(bot.rates)
    }

    /// Posts the message. The delivery succeeds only when the answer's body reports success.
    package func deliver(
        _ message: AlertMessage, at now: Instant
    ) async throws(DeliveryFailure) -> DeliveryReceipt {
        let body = try encoded(message, at: now)
        if let wait = window.take(at: now) {
            throw DeliveryFailure(
                message: "\(name) has had as many messages as \(bot.service) takes for now",
                verdict: .throttled(retryAfter: wait))
        }
        let post = HTTPPost(
            name: name, url: bot.url(options.url.text, at: now),
            timeoutSeconds: options.timeoutSeconds, isSigned: options.secret != nil,
            // The person who configures the secret URL may also choose where it leads, so private
            // addresses are allowed.
            allowPrivate: true, tls: tls, outlet: outlet, scrubber: scrubber)
        let answer = try await post.exchange(
            body,
            headers: [
                ("content-type", "application/json; charset=utf-8"),
                ("user-agent", options.userAgent),
            ], keeping: Limits.answerBytesRead)
        return try receipt(of: answer, now: now)
    }

    /// Does nothing: the owner of the client closes it.
    package func close() async {}

    /// The body of the request, with a text that is shortened to the service's size limit.
    private func encoded(
        _ message: AlertMessage, at now: Instant
    ) throws(DeliveryFailure) -> [UInt8] {
        let entries = try composer.alerts(message)
        let mention = mention(for: entries)
        let style = bot.style(mentioning: mention)
        var post = ChatPost(
            title: "", text: "", style: style, tier: entries[0].event.toTier, mention: mention)
        post.title =
            BuiltInText(
                entries: entries, words: MessageWords(language: options.wording.language),
                style: style, isTest: message.isTest
            ).headline
        post.title = MessageComposer.shortened(post.title, bytes: Limits.chatTitleBytes)
        let text = composer.text(entries, isTest: message.isTest, style: style) { text in
            var candidate = post
            candidate.text = text
            return bot.takes(candidate, size: bytes(candidate, at: now).count)
        }
        post.text = text.body
        return bytes(post, at: now)
    }

    private func bytes(_ post: ChatPost, at now: Instant) -> [UInt8] {
        var writer = JSONWriter(capacity: 4_096)
        // Encoding cannot fail, because the body of a message has a few levels of nesting.
        return (try? writer.plain(bot.body(post, at: now))).map { writer.bytes } ?? []
    }

    /// The people whom a message mentions. Only a message with one of the chosen tiers mentions
    /// people, and not when the alert was resolved, withdrawn or acknowledged.
    private func mention(for entries: [MessageEntry]) -> ChatMention {
        let isUrgent = entries.contains { entry in
            options.mentionTiers.contains(entry.event.toTier)
                && ![.resolved, .withdrawn, .acknowledged].contains(entry.event.what)
        }
        guard isUrgent else { return .nobody }
        switch options.mention {
        case .nobody: return .nobody
        case .everybody: return .everybody
        case .listed(let people): return people.isEmpty ? .nobody : .listed(people)
        }
    }

    private func receipt(
        of response: HTTPPost.Answer, now: Instant
    ) throws(DeliveryFailure) -> DeliveryReceipt {
        let status = Int(response.status.code)
        let answer = Excerpt.of(response.beginning).map(scrubber.scrubbed)
        if status == 429 || status == 503 {
            let asked = response.headers.first(name: "retry-after")
                .flatMap { RetryAfter.seconds($0, now: now) }
            throw DeliveryFailure(
                message: "\(bot.service) answered \(status) to \(name)", status: status,
                answer: answer, verdict: .throttled(retryAfter: asked ?? bot.pauseSeconds))
        }
        guard let parsed = ChatAnswer(response.beginning) else {
            throw DeliveryFailure(
                message: "\(bot.service) answered \(status) to \(name), not in its own form",
                status: status, answer: answer, verdict: .transient,
                hint: "check that nothing between here and the service answers in its place")
        }
        guard parsed.code != 0 || !(200..<300).contains(status) else {
            return DeliveryReceipt(status: status, answer: answer)
        }
        let refusal = bot.meaning(of: parsed.code, parsed.words)
        let words = Excerpt.of(Array(parsed.words.utf8), limit: Limits.errorBytes) ?? "no reason"
        let verdict: DeliveryFailure.Verdict =
            switch refusal?.meaning {
            case .tooMuch?: .throttled(retryAfter: bot.pauseSeconds)
            case .never?: .permanent
            case .gone?: .gone
            case .busy?, nil: .transient
            }
        throw DeliveryFailure(
            message: "\(bot.service) refused a message of \(name): \(parsed.code) "
                + scrubber.scrubbed(words.onOneLine),
            status: status, answer: answer, verdict: verdict, hint: refusal?.hint)
    }
}
