package import Alerting
package import Labor
import Postgres

/// One try of a delivery.
package struct AttemptRecord: Hashable, Sendable {
    /// When the try began.
    package var startedAt: Instant
    /// When the try ended.
    package var endedAt: Instant
    /// The result: `delivered`, `retry`, `snooze` or `dead`.
    package var outcome: String
    /// Whether the result was applied; false when the claim had lapsed.
    package var counted: Bool
    /// Whether the receiver was contacted; false when the courier returned the delivery, or gave it
    /// up, without a try.
    package var wasTried: Bool
    /// When the next try is due; nil after the last try.
    package var nextAttemptAt: Instant?
    /// The HTTP status; nil when there was no response.
    package var status: Int?
    /// The error; nil after a success.
    package var error: String?
    /// The beginning of the response.
    package var answer: String?
}

/// The delivery of one event to one receiver, or the record that it was suppressed and why.
package struct DeliveryRecord: Hashable, Sendable {
    /// The ID of the delivery.
    package var id: Int64
    /// The ID of the event.
    package var eventID: String
    /// The ID of the episode.
    package var alertID: AlertID
    /// The event's number within its episode, from 1.
    package var sequence: Int
    /// The type of the event.
    package var what: AlertWhat
    /// The tier after the event.
    package var tier: Tier
    /// The rule of the episode.
    package var rule: RuleID
    /// The name of the subject.
    package var subjectName: String
    /// The receiver.
    package var receiver: String
    /// The state.
    package var state: DeliveryState
    /// The reason for suppression or cancellation, or the delivery that this one replaces as a
    /// fallback.
    package var reason: DeliveryReason?
    /// The number of tries that counted.
    package var attempts: Int
    /// When the event was created.
    package var createdAt: Instant
    /// When the next try is due; meaningless once the delivery is finished.
    package var nextAttemptAt: Instant
    /// When the courier's claim lapses; nil when there is no claim.
    package var lockedUntil: Instant?
    /// When the delivery finished; nil while it is pending.
    package var finishedAt: Instant?
    /// The HTTP status of the last try.
    package var lastStatus: Int?
    /// The error of the last try.
    package var lastError: String?
    /// Whether a silence or an inhibition holds the delivery only temporarily.
    package var isHeld: Bool
    /// The group whose deliveries are sent together as one message; nil for a separate message.
    package var group: String?
    /// The ID of the last message that contained the delivery.
    package var messageID: String?
    /// Every try, oldest first; empty in lists.
    package var log: [AttemptRecord]
}

/// The conditions of a query for deliveries. An empty set or nil means "no condition".
package struct DeliveryFilter: Hashable, Sendable {
    /// The states.
    package var states: Set<DeliveryState> = []
    /// The receivers.
    package var receivers: Set<String> = []
    /// The episode.
    package var alertID: AlertID?
    /// Whether the delivery is held, that is, suppressed only temporarily.
    package var isHeld: Bool?
    /// The event was created at or after this moment.
    package var since: Instant?
    /// The event was created before this moment.
    package var until: Instant?
    /// The maximum number of deliveries to return, newest first; at most `AlertFilter.limitMax`.
    package var limit = 100
    /// The number of deliveries to skip.
    package var offset = 0

    /// No conditions, with a limit of 100.
    package init() {}
}

/// The dead letters to retry.
package enum DeliverySelection: Hashable, Sendable {
    /// One delivery. If it is pending, it becomes due at once.
    case one(Int64)
    /// The dead letters of one receiver.
    case receiver(String)
    /// All dead letters.
    case all
}

/// The result of a retry of dead letters.
package struct RetryReport: Hashable, Sendable {
    /// The number of deliveries that are due again.
    package var retried: Int
    /// The number of deliveries that were dropped with the reason `over`, because the receiver
    /// already has a later event of the episode.
    package var over: Int

    /// A report from its counts.
    package init(retried: Int, over: Int) {
        self.retried = retried
        self.over = over
    }
}

extension DeliveryRecord {
    /// The delivery in a row of `select_deliveries`, `select_delivery` or
    /// `select_deliveries_of_alert`, without its tries.
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
        reason = try row.textOrNil(10).map { try word($0, place) }
        attempts = Int(try row.int(11))
        createdAt = try row.instant(12)
        nextAttemptAt = try row.instant(13)
        lockedUntil = try row.instantOrNil(14)
        finishedAt = try row.instantOrNil(15)
        lastStatus = try row.intOrNil(16).map { Int($0) }
        lastError = try row.textOrNil(17)
        isHeld = try row.bool(18)
        group = try row.textOrNil(19)
        messageID = try row.uuidOrNil(20)
        log = []
    }
}
