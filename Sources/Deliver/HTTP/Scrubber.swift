import Foundation

/// Removes secrets from foreign texts: servers quote requests in their answers, and URLs may
/// contain tokens.
struct Scrubber: Sendable {
    /// A path segment of at least this many bytes is treated as a token.
    private static let segmentBytes = 12

    /// The secrets, longest first, so that a secret that contains another one is removed as a
    /// whole.
    private let secrets: [Credential]

    /// - Parameters:
    ///   - url: the receiver's URL; its query values and long path segments count as secrets.
    ///   - secrets: further secrets.
    init(url: String, secrets: [Credential] = []) {
        var found = secrets.filter { !$0.isEmpty }
        let parts = URLComponents(string: url)
        let segments = (parts?.percentEncodedPath ?? "").split(separator: "/")
        for segment in segments where segment.utf8.count >= Scrubber.segmentBytes {
            found.append(Credential(String(segment)))
        }
        for item in parts?.queryItems ?? [] {
            if let value = item.value { found.append(Credential(value)) }
        }
        for item in parts?.percentEncodedQueryItems ?? [] {
            if let value = item.value { found.append(Credential(value)) }
        }
        self.secrets = found.sorted { $0.text.utf8.count > $1.text.utf8.count }
    }

    /// The text with all secrets replaced by `…`.
    func scrubbed(_ text: String) -> String {
        secrets.reduce(text) { $1.scrubbed(from: $0) }
    }

    /// The failure with all secrets replaced by `…` in its message and answer.
    func scrubbed(_ failure: DeliveryFailure) -> DeliveryFailure {
        var failure = failure
        failure.message = scrubbed(failure.message)
        failure.answer = failure.answer.map(scrubbed)
        return failure
    }
}
