import Foundation

/// The shared secret of a webhook, or several while it is being changed.
///
/// The form is that of Standard Webhooks 1.0.0: `whsec_` and the base64 of 24 to 64 random bytes.
/// Its descriptions never show the bytes.
package struct WebhookSecret: Hashable, Sendable, CustomStringConvertible,
    CustomDebugStringConvertible, CustomReflectable
{
    /// What every secret begins with.
    package static let prefix = "whsec_"

    /// The keys, the newest first; a message is signed with each of them.
    let keys: [[UInt8]]

    /// Reads one secret, or several separated by blanks or line ends, the newest first.
    /// - Throws: when one is not of the form; the message never quotes it.
    package init(_ text: String) throws(ReceiverError) {
        var keys: [[UInt8]] = []
        for (index, word) in text.split(whereSeparator: \.isWhitespace).enumerated() {
            keys.append(try WebhookSecret.key(word, number: index + 1))
        }
        guard !keys.isEmpty else {
            throw WebhookSecret.refusal("the webhook secret is empty")
        }
        self.keys = keys
    }

    private static func key(_ word: Substring, number: Int) throws(ReceiverError) -> [UInt8] {
        guard word.hasPrefix(prefix) else {
            throw refusal("webhook secret number \(number) does not begin with \(prefix)")
        }
        guard let data = Data(base64Encoded: String(word.dropFirst(prefix.count))) else {
            throw refusal("webhook secret number \(number) is not base64 after \(prefix)")
        }
        guard (24...64).contains(data.count) else {
            throw refusal(
                "webhook secret number \(number) has \(data.count) bytes instead of 24 to 64")
        }
        return Array(data)
    }

    private static func refusal(_ message: String) -> ReceiverError {
        ReceiverError(
            code: "secret_invalid", message: message,
            hint: "make one with: echo \(prefix)$(head -c 32 /dev/urandom | base64 -w0)")
    }

    /// How many secrets there are, and nothing else.
    package var description: String { "\(WebhookSecret.prefix)… (\(keys.count))" }

    /// The same as `description`.
    package var debugDescription: String { description }

    /// An empty mirror, so that a dump shows no key.
    package var customMirror: Mirror { Mirror(self, children: []) }
}
