import Foundation

/// Takes what opens doors out of foreign words: servers quote what they were asked, and addresses
/// have tokens in them.
struct Scrubber: Sendable {
    /// Bytes from which on a part of a path is taken for a token: shorter ones are words.
    private static let segmentBytes = 12

    /// The longest first, so that what contains another goes as a whole.
    private let secrets: [Credential]

    /// - Parameters:
    ///   - url: where messages go; the parts of it that may be tokens.
    ///   - secrets: what else must not be told.
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

    /// A text without them.
    func scrubbed(_ text: String) -> String {
        secrets.reduce(text) { $1.scrubbed(from: $0) }
    }

    /// A failure without them.
    func scrubbed(_ failure: DeliveryFailure) -> DeliveryFailure {
        var failure = failure
        failure.message = scrubbed(failure.message)
        failure.answer = failure.answer.map(scrubbed)
        return failure
    }
}
