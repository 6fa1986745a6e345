/// How far delivery goes in each direction before it stops.
enum Limits {
    /// Deliveries that a courier claims for one receiver at a time, while that one answers well.
    static let batch = 16
    /// For how long a claim holds, seconds: more than `batchSeconds` and one slow try together.
    static let leaseSeconds = 120
    /// After so many seconds a batch begins no further delivery.
    static let batchSeconds = 60.0
    /// Failures in a row after which a receiver is only probed.
    static let failuresBeforePause = 5
    /// The longest pause between two probes, seconds.
    static let pauseSecondsMax = 60.0
    /// How often one delivery may be put off at the receiver's wish before a try counts again.
    static let snoozesMax = 50
    /// The longest wait that a receiver may ask for, seconds.
    static let snoozeSecondsMax: Int64 = 86_400
    /// Deliveries whose wishes to wait are remembered for one receiver; beyond, memory starts anew.
    static let snoozedMax = 10_000
    /// The least wait after a throttling answer that names none, seconds.
    static let throttleSecondsMin: Int64 = 30
    /// The longest wait after a failure of the store, seconds.
    static let storeBackoffSecondsMax = 30.0
    /// The least time between two looks at the outbox that nobody asked for, seconds.
    static let restSecondsMin = 1.0
    /// Bytes of an answer that are read before the connection is dropped.
    static let answerBytesRead = 65_536
    /// Bytes of an answer that are kept.
    static let answerBytesKept = 1_024
    /// The longest time for one request, seconds (Standard Webhooks asks for 15 to 30).
    static let timeoutSecondsMax = 30.0
    /// Bytes of a description of an error that come from elsewhere.
    static let errorBytes = 300
    /// Alerts of a group that the built-in text lists: what one screen holds; the rest is counted.
    static let groupListed = 10
    /// Bytes of the title of a chat message.
    static let chatTitleBytes = 256
    /// Bytes of the text of a mail.
    static let mailTextBytes = 262_144
    /// The longest time for handing one mail over, seconds; less than what a claim leaves.
    static let mailSecondsMax = 50.0
    /// Bytes of one syslog message over UDP (RFC 5426 asks receivers for 2048 at least) …
    static let syslogDatagramBytes = 2_048
    /// … and over a stream (RFC 5425 asks for 8192).
    static let syslogStreamBytes = 8_192
    /// Bytes of one field of a journal entry; all together must fit into one datagram.
    static let journalFieldBytes = 16_384
    /// The longest time for one step with a log daemon, seconds.
    static let socketSeconds = 5
    /// Files that one file receiver holds open.
    static let openFiles = 4
    /// Bytes read at once when the end of a file is looked at.
    static let tailBytes = 65_536
    /// Events of a group whose documents are sent along; beyond, the digest stands alone.
    static let groupDocuments = 20
    /// Episodes that a digest names.
    static let digestItems = 200
    /// Bytes of a title in a digest.
    static let titleBytes = 300
    /// Events or alerts of one body that other formats hold.
    static let batchEvents = 100
    /// Bytes of the parts of one body that is made of several; with what surrounds them it stays
    /// below 1 MB.
    static let bodyBytes = 900_000
    /// Seconds for which an ended alert is pushed to an Alertmanager again, as Prometheus does.
    static let endRepeatedSeconds: Int64 = 900
    /// Seconds after which an Alertmanager takes a test for ended: longer than the 30 s for which it
    /// gathers by default, so that the test goes all the way.
    static let testSeconds: Int64 = 300
    /// Earlier messages that a CAP message refers to: the first and the newest.
    static let references = 100
    /// Characters of a CAP headline (CAP 1.2 section 3.2.2 advises 160).
    static let headlineCharacters = 160
}
