import Foundation

/// The shared secret of a webhook, or several while the secret is being replaced.
///
/// The format is that of Standard Webhooks 1.0.0: `whsec_` and the Base64 of 24 to 64 random bytes.
/// All descriptions hide the bytes.
package struct WebhookSecret: Hashable, Sendable, CustomStringConvertible,
    CustomDebugStringConvertible, CustomReflectable
{
    /// The prefix of every secret.
    package static let prefix = "whsec_"

    /// The keys as bytes, newest key first. A message is signed with each key.
    let keys: [[UInt8]]

    /// Reads one secret, or several separated by white space, newest first.
    /// - Throws: `secret_invalid` when a secret has the wrong format; the message never quotes the
    ///   secret.
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

    /// The number of secrets, without their bytes.
    package var description: String { "\(WebhookSecret.prefix)… (\(keys.count))" }

    /// The same as `description`.
    package var debugDescription: String { description }

    /// An empty mirror, so that a dump shows no key.
    package var customMirror: Mirror { Mirror(self, children: []) }
}
