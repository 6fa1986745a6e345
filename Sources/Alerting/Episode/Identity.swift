import Crypto
package import Labor

extension AlertID {
    /// The ID of the episode that a key opened in the evaluation with this as-of.
    ///
    /// The ID depends on nothing else, so that a replay, a backtest and the daemon give an episode
    /// the same ID.
    package init(_ key: EpisodeKey, firstAsOf: Instant) {
        self.init(
            rawValue: digestUUID(
                "laborwatch.alert|\(key.rule)|\(key.subjectType.rawValue)|\(key.subjectID)"
                    + "|\(firstAsOf.microseconds)"))
    }

    /// The first ID at or after this as-of that no earlier episode in `ended` has. An episode of
    /// the same key may already have begun and ended at the same as-of.
    init(_ key: EpisodeKey, firstAsOf: Instant, besides ended: Set<AlertID>) {
        var moment = firstAsOf
        self.init(key, firstAsOf: moment)
        while ended.contains(self) {
            moment = Instant(microseconds: moment.microseconds + 1)
            self.init(key, firstAsOf: moment)
        }
    }

    /// The ID of the episode's event with this sequence number, the same in every replay.
    package func eventID(sequence: Int) -> String {
        digestUUID("laborwatch.event|\(rawValue)|\(sequence)")
    }
}

/// A UUID of version 8 (RFC 9562, custom layout), in lower case: the first 16 bytes of the SHA-256
/// of the text, with the version and variant bits set.
func digestUUID(_ text: String) -> String {
    var hash = SHA256()
    hash.update(data: Array(text.utf8))
    var bytes = Array(hash.finalize().prefix(16))
    bytes[6] = bytes[6] & 0x0F | 0x80
    bytes[8] = bytes[8] & 0x3F | 0x80
    let digits = Array("0123456789abcdef".utf8)
    var characters: [UInt8] = []
    characters.reserveCapacity(36)
    for (index, byte) in bytes.enumerated() {
        if [4, 6, 8, 10].contains(index) { characters.append(UInt8(ascii: "-")) }
        characters.append(digits[Int(byte >> 4)])
        characters.append(digits[Int(byte & 0x0F)])
    }
    return String(decoding: characters, as: UTF8.self)
}
