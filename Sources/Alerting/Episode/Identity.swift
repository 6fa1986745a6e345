import Crypto
package import Labor

extension AlertID {
    /// The identity of the episode that a key began when everything up to `firstAsOf` was known.
    ///
    /// Made from its parts and nothing else, so that a replay, a backtest and the daemon name one
    /// episode alike.
    package init(_ key: EpisodeKey, firstAsOf: Instant) {
        self.init(
            rawValue: digestUUID(
                "laborwatch.alert|\(key.rule)|\(key.subjectType.rawValue)|\(key.subjectID)"
                    + "|\(firstAsOf.microseconds)"))
    }

    /// The identity of an episode that begins at a moment at which others of its key may have begun
    /// and ended: the first that none of them has.
    init(_ key: EpisodeKey, firstAsOf: Instant, besides ended: Set<AlertID>) {
        var moment = firstAsOf
        self.init(key, firstAsOf: moment)
        while ended.contains(self) {
            moment = Instant(microseconds: moment.microseconds + 1)
            self.init(key, firstAsOf: moment)
        }
    }

    /// The identity of the episode's event with this sequence number, the same in every replay.
    package func eventID(sequence: Int) -> String {
        digestUUID("laborwatch.event|\(rawValue)|\(sequence)")
    }
}

/// A UUID of version 8 (RFC 9562, the maker's own scheme): the first 16 bytes of the SHA-256 of a
/// text, with version and variant set, in lower case.
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
