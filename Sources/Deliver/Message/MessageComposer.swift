import Alerting
package import Labor
import Logging
import Synchronization

/// The wording of a receiver's messages.
package struct MessageWording: Sendable {
    /// The source of the text.
    package enum Source: Sendable {
        /// The built-in text.
        case builtIn
        /// A template of the administrator.
        case template(MessageTemplate)
        /// A template that cannot be used. The built-in text is sent, with a note about the fault
        /// in each message.
        case broken(TemplateFault)
    }

    /// The language of the texts.
    package var language: Language
    /// The zone of the times in texts.
    package var zone: Zone
    /// The beginning of links; nil leaves links out.
    package var selfLinkBase: String?
    /// The source of the text.
    package var source: Source

    /// Creates a wording. Each argument sets the property of the same name.
    package init(
        language: Language, zone: Zone, selfLinkBase: String? = nil, source: Source = .builtIn
    ) {
        self.language = language
        self.zone = zone
        self.selfLinkBase = selfLinkBase
        self.source = source
    }
}

/// Composes the text of a message so that it fits the size limit of a receiver.
///
/// In a group the highest tiers come first. Alerts that do not fit are counted in the last line.
/// When a template fails, the built-in text is sent, because an alert must never be lost because of
/// its layout.
struct MessageComposer: Sendable {
    /// A text and its title.
    struct Text: Hashable, Sendable {
        /// The title, on one line.
        var title: String
        var body: String
        /// Whether the template begins with a line `Subject: …`. Otherwise such a line in the body
        /// comes from a value and does not set the subject.
        var maySetSubject = false
    }

    let receiver: String
    let wording: MessageWording
    private let logger: Logger
    private let warned = Warned()

    init(receiver: String, wording: MessageWording, logger: Logger) {
        self.receiver = receiver
        self.wording = wording
        self.logger = logger
    }

    /// The alerts of a message, each once by its newest event, in the order in which they are
    /// listed.
    func alerts(_ message: AlertMessage) throws(DeliveryFailure) -> [MessageEntry] {
        MessageEntry.alerts(try entries(message))
    }

    /// The events of a message in the order in which they are listed.
    func entries(_ message: AlertMessage) throws(DeliveryFailure) -> [MessageEntry] {
        let entries = MessageEntry.entries(
            message, language: wording.language, zone: wording.zone,
            selfLinkBase: wording.selfLinkBase)
        guard !entries.isEmpty else {
            throw DeliveryFailure(
                message: "the message \(message.id) has no words", verdict: .permanent)
        }
        return entries
    }

    /// The text of alerts, from the template or built in.
    /// - Parameter fits: whether a text is within the size limit. When a text fits, every shorter
    ///   text must fit too.
    func text(
        _ entries: [MessageEntry], isTest: Bool, style: TextStyle, fits: (String) -> Bool
    ) -> Text {
        let own = BuiltInText(
            entries: entries, words: MessageWords(language: wording.language), style: style,
            isTest: isTest)
        var fault: TemplateFault?
        switch wording.source {
        case .builtIn: break
        case .broken(let known): fault = known
        case .template(let template):
            do throws(TemplateFault) {
                let render: (Int) throws(TemplateFault) -> String = { count throws(TemplateFault) in
                    try template.rendered(
                        entries, listing: count, headline: own.headline, isTest: isTest,
                        style: style)
                }
                // One rendering with all alerts shows a fault of the template before the search for
                // the longest text.
                _ = try render(entries.count)
                let body = MessageComposer.longest(entries.count, fits: fits) { count in
                    (try? render(count)) ?? own.text(listing: count)
                }
                return Text(
                    title: own.headline, body: body, maySetSubject: template.setsSubject)
            } catch {
                fault = error
            }
        }
        let note = fault.map { fault in
            warn(of: fault)
            let name = fault.file.split(separator: "/").last.map(String.init) ?? fault.file
            let words = MessageWords(language: wording.language)
            return "\n\n" + style.marked(words.broken(name, fault.reason))
        }
        let body = MessageComposer.longest(entries.count, fits: { fits($0 + (note ?? "")) }) {
            own.text(listing: $0)
        }
        return Text(title: own.headline, body: body + (note ?? ""))
    }

    /// The text with the largest number of alerts that fits. When the text with one alert does not
    /// fit, its beginning is returned.
    private static func longest(
        _ count: Int, fits: (String) -> Bool, text: (Int) -> String
    ) -> String {
        let whole = text(count)
        if fits(whole) { return whole }
        var best: String?
        var low = 1
        var high = count - 1
        while low <= high {
            let middle = (low + high) / 2
            let candidate = text(middle)
            if fits(candidate) {
                best = candidate
                low = middle + 1
            } else {
                high = middle - 1
            }
        }
        return best ?? beginning(of: text(1), fits: fits)
    }

    /// The longest beginning of a text, in whole characters, that fits together with `…`.
    static func beginning(of text: String, fits: (String) -> Bool) -> String {
        let characters = Array(text)
        var low = 0
        var high = characters.count
        while low < high {
            let middle = (low + high + 1) / 2
            if fits(String(characters[..<middle]) + "…") { low = middle } else { high = middle - 1 }
        }
        return String(characters[..<low]) + "…"
    }

    /// A text of at most `bytes` bytes, cut between two characters and ended with `…`.
    static func shortened(_ text: String, bytes: Int) -> String {
        text.utf8.count <= bytes
            ? text : beginning(of: text) { $0.utf8.count <= bytes }
    }

    private func warn(of fault: TemplateFault) {
        guard warned.isFirst() else { return }
        logger.warning(
            "a template cannot be used; the built-in text is sent",
            metadata: [
                "receiver": "\(receiver)", "error": "\(fault)", "hint": "\(fault.hint)",
            ])
    }
}

/// Whether a warning was already logged.
private final class Warned: Sendable {
    private let said = Mutex(false)

    func isFirst() -> Bool {
        said.withLock { said in
            defer { said = true }
            return !said
        }
    }
}
