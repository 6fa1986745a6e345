/// The limits of delivery.
enum Limits {
    /// The maximum number of deliveries in one claim for one receiver, while the receiver does not
    /// fail.
    static let batch = 16
    /// The duration of a claim, seconds: longer than `batchSeconds` plus one slow attempt.
    static let leaseSeconds = 120
    /// Seconds after which no further delivery of a batch is started.
    static let batchSeconds = 60.0
    /// The number of consecutive failures after which a receiver is only probed.
    static let failuresBeforePause = 5
    /// The longest pause between two probes, seconds.
    static let pauseSecondsMax = 60.0
    /// How often one delivery may be postponed on the receiver's request before an attempt counts
    /// again.
    static let snoozesMax = 50
    /// The longest wait that a receiver may ask for, seconds.
    static let snoozeSecondsMax: Int64 = 86_400
    /// The maximum number of deliveries per receiver whose postponements are counted; beyond that
    /// all counts are reset.
    static let snoozedMax = 10_000
    /// The minimum wait after a throttling answer that names no time, seconds.
    static let throttleSecondsMin: Int64 = 30
    /// The maximum pause after a failure of the store, seconds.
    static let storeBackoffSecondsMax = 30.0
    /// The minimum time between two reads of the outbox that no ring caused, seconds.
    static let restSecondsMin = 1.0
    /// The maximum number of bytes of an answer that are read before the connection is closed.
    static let answerBytesRead = 65_536
    /// The maximum number of bytes of an answer that are kept.
    static let answerBytesKept = 1_024
    /// The maximum time limit of one request, seconds (Standard Webhooks recommends 15 to 30).
    static let timeoutSecondsMax = 30.0
    /// The maximum number of bytes of an error text from another system.
    static let errorBytes = 300
    /// The maximum number of alerts that the built-in text lists, about one screen; the others are
    /// only counted.
    static let groupListed = 10
    /// The maximum number of bytes of a chat message's title.
    static let chatTitleBytes = 256
    /// The maximum number of bytes of a mail's text.
    static let mailTextBytes = 262_144
    /// The maximum time for sending one mail, seconds; shorter than the rest of a claim.
    static let mailSecondsMax = 50.0
    /// The maximum number of bytes of a syslog message over UDP (RFC 5426: receivers should accept
    /// 2048).
    static let syslogDatagramBytes = 2_048
    /// The maximum number of bytes of a syslog message over TCP or TLS (RFC 5425: 8192).
    static let syslogStreamBytes = 8_192
    /// The maximum number of bytes of one field of a journal entry. All fields must fit into one
    /// datagram.
    static let journalFieldBytes = 16_384
    /// The maximum time for one operation on a syslog or journal socket, seconds.
    static let socketSeconds = 5
    /// The maximum number of files that one file receiver keeps open.
    static let openFiles = 4
    /// The number of bytes that are read at once to find the last line of a file.
    static let tailBytes = 65_536
    /// The maximum number of events in a group whose documents are sent; beyond that only the
    /// digest is sent.
    static let groupDocuments = 20
    /// The maximum number of episodes that a digest lists.
    static let digestItems = 200
    /// The maximum number of bytes of a title in a digest.
    static let titleBytes = 300
    /// The maximum number of events or alerts in one body of the other formats.
    static let batchEvents = 100
    /// The maximum number of bytes of the parts in one body that has several parts. With the
    /// enclosing text the body stays below 1 MB.
    static let bodyBytes = 900_000
    /// Seconds for which an ended alert is sent to Alertmanager again, as Prometheus does.
    static let endRepeatedSeconds: Int64 = 900
    /// Seconds after which Alertmanager ends a test alert: longer than its default grouping delay
    /// of 30 s, so that the test reaches the recipients.
    static let testSeconds: Int64 = 300
    /// The maximum number of earlier messages that a CAP message references: the first and the
    /// newest ones.
    static let references = 100
    /// The maximum number of characters of a CAP headline (CAP 1.2 section 3.2.2 advises 160).
    static let headlineCharacters = 160
}
