package import Alerting
package import Labor
import Postgres

/// Where a delivery stands.
package enum DeliveryState: String, CaseIterable, Hashable, Sendable, Codable {
    /// To be told, or being told now.
    case pending
    /// Told.
    case delivered
    /// Given up; `retry` brings it back.
    case dead
    /// Not told, with the reason: no route leads there, its filter does not want it, or a silence
    /// or an inhibition holds it back.
    case suppressed
    /// Taken out before it was told: its receiver is gone, or what followed was told already.
    case dropped
}

/// One try of a delivery.
package struct AttemptRecord: Hashable, Sendable {
    /// When it began.
    package var startedAt: Instant
    /// When it ended.
    package var endedAt: Instant
    /// `delivered`, `retry`, `snooze` or `dead`.
    package var outcome: String
    /// False when its claim had lapsed and it changed nothing.
    package var counted: Bool
    /// When it was to be tried again.
    package var nextAttemptAt: Instant?
    /// The HTTP status, where there was an answer.
    package var status: Int?
    /// What went wrong.
    package var error: String?
    /// The beginning of the answer.
    package var answer: String?
}

/// One event and receiver: told, to be told, or not told and why.
package struct DeliveryRecord: Hashable, Sendable {
    /// The identity.
    package var id: Int64
    /// The event.
    package var eventID: String
    /// The episode.
    package var alertID: AlertID
    /// The event's place in the episode.
    package var sequence: Int
    /// What the event tells.
    package var what: AlertWhat
    /// The tier after the event.
    package var tier: Tier
    /// The episode's rule.
    package var rule: RuleID
    /// The subject's name.
    package var subjectName: String
    /// Who is told.
    package var receiver: String
    /// Where it stands.
    package var state: DeliveryState
    /// Why it was suppressed or dropped, or of which delivery it is the fallback.
    package var reason: String?
    /// Tries that counted.
    package var attempts: Int
    /// When it was ordered.
    package var createdAt: Instant
    /// When the next try is due; of no meaning once it is finished.
    package var nextAttemptAt: Instant
    /// Until when a courier has it.
    package var lockedUntil: Instant?
    /// When it came to its end.
    package var finishedAt: Instant?
    /// The HTTP status of the last try.
    package var lastStatus: Int?
    /// What went wrong in the last try.
    package var lastError: String?
    /// Whether it is suppressed for a while only.
    package var isHeld: Bool
    /// What it is told together with.
    package var group: String?
    /// The message that told it, or tried to last.
    package var messageID: String?
    /// Every try, oldest first; empty in lists.
    package var log: [AttemptRecord]
}

/// Which deliveries a person asks for. What is empty or nil does not narrow.
package struct DeliveryFilter: Hashable, Sendable {
    /// Where they stand.
    package var states: Set<DeliveryState> = []
    /// Who is told.
    package var receivers: Set<String> = []
    /// The episode.
    package var alertID: AlertID?
    /// Whether it is suppressed for a while only.
    package var isHeld: Bool?
    /// Ordered at or after this moment.
    package var since: Instant?
    /// Ordered before this moment.
    package var until: Instant?
    /// How many to give, newest first; at most `AlertFilter.limitMax`.
    package var limit = 100
    /// How many to leave out before.
    package var offset = 0

    /// Every delivery, a hundred at a time.
    package init() {}
}

/// Which dead letters to bring back.
package enum DeliverySelection: Hashable, Sendable {
    /// One delivery; a pending one is made due at once.
    case one(Int64)
    /// The dead ones of one receiver.
    case receiver(String)
    /// All dead ones.
    case all
}

/// What became of the dead letters that were to be brought back.
package struct RetryReport: Hashable, Sendable {
    /// Brought back: pending again.
    package var retried: Int
    /// Dropped with the reason `over`: the receiver has a later event of the same episode already.
    package var over: Int

    /// A report from its counts.
    package init(retried: Int, over: Int) {
        self.retried = retried
        self.over = over
    }
}

extension DeliveryRecord {
    /// The columns that `init(_:)` reads, of a delivery `d`, its event `e` and alert `a`.
    static let columns = """
        d.delivery_id, d.event_id, d.alert_id, d.sequence, e.what, e.to_tier, a.rule, \
        a.subject_name, d.receiver, d.state, d.reason, d.attempts, d.created_at, \
        d.next_attempt_at, d.locked_until, d.finished_at, d.last_status, d.last_error, \
        d.is_held, d.group_key, d.message_id
        """

    /// The delivery in a row of `columns`, without its log.
    init(_ row: borrowing Row) throws {
        id = try row.int(0)
        let place = "laborwatch.delivery \(id)"
        eventID = try row.uuid(1)
        alertID = AlertID(rawValue: try row.uuid(2))
        sequence = Int(try row.int(3))
        what = try word(row.text(4), place)
        tier = try word(row.text(5), place)
        rule = RuleID(try row.text(6))
        subjectName = try row.text(7)
        receiver = try row.text(8)
        state = try word(row.text(9), place)
        reason = try row.textOrNil(10)
        attempts = Int(try row.int(11))
        createdAt = Instant(microseconds: try row.timestamp(12))
        nextAttemptAt = Instant(microseconds: try row.timestamp(13))
        lockedUntil = try row.timestampOrNil(14).map(Instant.init(microseconds:))
        finishedAt = try row.timestampOrNil(15).map(Instant.init(microseconds:))
        lastStatus = try row.intOrNil(16).map { Int($0) }
        lastError = try row.textOrNil(17)
        isHeld = try row.bool(18)
        group = try row.textOrNil(19)
        messageID = try row.uuidOrNil(20)
        log = []
    }
}
