import Crypto
import Foundation
package import Labor

/// Signs and verifies messages as defined by Standard Webhooks 1.0.0: HMAC-SHA256 over
/// `id.timestamp.body`.
package struct Signature: Sendable {
    /// Why a message failed verification.
    package enum Refusal: String, Error, Hashable, Sendable {
        /// One of the three headers is missing, or the timestamp is not a number.
        case headersIncomplete = "headers_incomplete"
        /// The timestamp is too far in the past or the future: a replayed message or a wrong clock.
        case timestampOutOfTolerance = "timestamp_out_of_tolerance"
        /// No signature matches any of the secrets.
        case noMatch = "no_match"
    }

    private let secret: WebhookSecret

    /// A signer and checker with a secret.
    package init(secret: WebhookSecret) {
        self.secret = secret
    }

    /// The value of `webhook-signature`: one `v1,<base64>` per secret, separated by spaces.
    /// - Parameter timestamp: the time of the attempt, Unix seconds, as in `webhook-timestamp`.
    package func sign(id: String, timestamp: Int64, body: [UInt8]) -> String {
        let content = Signature.content(id: id, timestamp: String(timestamp), body: body)
        return secret.keys.map { "v1," + HMACText.of(content, key: $0) }.joined(separator: " ")
    }

    /// Verifies a message against the values of its headers.
    ///
    /// The comparison takes constant time, so it does not reveal how much of a signature is right.
    /// Signatures of other versions are ignored.
    /// - Parameter tolerance: the maximum difference between the timestamp and `now`, seconds.
    package func verify(
        id: String?, timestamp: String?, signature: String?, body: [UInt8], now: Instant,
        tolerance: Int64 = 300
    ) throws(Refusal) {
        guard let id, !id.isEmpty, let timestamp, let sentAt = Int64(timestamp), let signature
        else { throw .headersIncomplete }
        let nowSeconds = now.microseconds / 1_000_000
        let (away, overflow) = nowSeconds.subtractingReportingOverflow(sentAt)
        guard !overflow, away.magnitude <= UInt64(tolerance) else {
            throw .timestampOutOfTolerance
        }
        let content = Signature.content(id: id, timestamp: timestamp, body: body)
        for word in signature.split(separator: " ") where word.hasPrefix("v1,") {
            guard let code = Data(base64Encoded: String(word.dropFirst(3))) else { continue }
            for key in secret.keys
            where HMAC<SHA256>.isValidAuthenticationCode(
                code, authenticating: content, using: SymmetricKey(data: key))
            {
                return
            }
        }
        throw .noMatch
    }

    private static func content(id: String, timestamp: String, body: [UInt8]) -> [UInt8] {
        Array("\(id).\(timestamp).".utf8) + body
    }
}
