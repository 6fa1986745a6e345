import Alerting
package import Labor
import Logging
import Synchronization

/// How a receiver words its messages.
package struct MessageWording: Sendable {
    /// Whose words are used.
    package enum Source: Sendable {
        /// The program's own.
        case builtIn
        /// An administrator's.
        case template(MessageTemplate)
        /// An administrator's that cannot be used: the program's own, and each message says so.
        case broken(TemplateFault)
    }

    /// The language of the texts.
    package var language: Language
    /// Where the times' offset comes from.
    package var zone: Zone
    /// What links begin with; nil leaves them out.
    package var selfLinkBase: String?
    /// Whose words are used.
    package var source: Source

    /// A wording from its parts.
    package init(
        language: Language, zone: Zone, selfLinkBase: String? = nil, source: Source = .builtIn
    ) {
        self.language = language
        self.zone = zone
        self.selfLinkBase = selfLinkBase
        self.source = source
    }
}

/// Writes the text of a message such that it fits where it goes.
///
/// Of a group the highest tiers come first; alerts that do not fit are counted in the last line. A
/// template that fails gives way to the built-in text, for an alert in plain words is worth more
/// than a beautiful one that never comes.
struct MessageComposer: Sendable {
    /// A text and the title above it.
    struct Text: Hashable, Sendable {
        /// On one line.
        var title: String
        var body: String
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

    /// The alerts of a message in the order in which they are listed.
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

    /// The text of some alerts.
    /// - Parameter fits: whether a text can be sent; a shorter text fits where a longer one does.
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
                // Once with everything, so that a fault shows before the search for what fits.
                _ = try render(entries.count)
                let body = MessageComposer.longest(entries.count, fits: fits) { count in
                    (try? render(count)) ?? own.text(listing: count)
                }
                return Text(title: own.headline, body: body)
            } catch {
                fault = error
            }
        }
        let note = fault.map { fault in
            warn(of: fault)
            let name = fault.file.split(separator: "/").last.map(String.init) ?? fault.file
            let words = MessageWords(language: wording.language)
            return "\n\n" + style.harmless(words.broken(name, fault.reason))
        }
        let body = MessageComposer.longest(entries.count, fits: { fits($0 + (note ?? "")) }) {
            own.text(listing: $0)
        }
        return Text(title: own.headline, body: body + (note ?? ""))
    }

    /// The text with the most alerts that fits; when one alone does not, its beginning.
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

    /// The longest beginning of whole characters that fits together with `…`.
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

    /// A text of at most so many bytes, cut between two characters.
    static func shortened(_ text: String, bytes: Int) -> String {
        text.utf8.count <= bytes
            ? text : beginning(of: text) { $0.utf8.count <= bytes }
    }

    private func warn(of fault: TemplateFault) {
        guard warned.isFirst() else { return }
        logger.warning(
            "a template cannot be used; messages go out in the built-in words",
            metadata: [
                "receiver": "\(receiver)", "error": "\(fault)", "hint": "\(fault.hint)",
            ])
    }
}

/// Whether something was said already.
private final class Warned: Sendable {
    private let said = Mutex(false)

    func isFirst() -> Bool {
        said.withLock { said in
            defer { said = true }
            return !said
        }
    }
}
