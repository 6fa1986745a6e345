package import Alerting
package import Labor

/// The kinds of request to the evaluator, as the column `laborwatch.request.verb` spells them.
package enum StepVerb: String, CaseIterable, Hashable, Sendable {
    /// Acknowledge an alert.
    case acknowledge
    /// Resolve an alert.
    case resolve
    /// Give a verdict on an alert.
    case verdict
    /// Assign an alert to a person or unit.
    case assign
    /// Add a note to an alert.
    case note
    /// Add a silence.
    case silenceAdd = "silence_add"
    /// End a silence early.
    case silenceExpire = "silence_expire"
    /// Open a case of the ledger.
    case ledgerOpen = "ledger_open"
    /// Add a measure to a case.
    case ledgerMeasure = "ledger_measure"
    /// Answer an item of a case's check list.
    case ledgerCheck = "ledger_check"
    /// Add a follow-up to a case.
    case ledgerFollowUp = "ledger_follow_up"
    /// Close a case.
    case ledgerClose = "ledger_close"
    /// Make dead letters pending again.
    case deliveriesRetry = "deliveries_retry"
    /// Drop the pending deliveries of a receiver that is no longer configured.
    case deliveriesDrop = "deliveries_drop"
    /// Enable a disabled receiver.
    case receiverEnable = "receiver_enable"
    /// Report that a receiver accepted a test message, so that its failed deliveries become due at
    /// once.
    case receiverAnswers = "receiver_answers"
}

/// One unanswered row of `laborwatch.request`.
package struct StepRequest: Hashable, Sendable {
    /// The number of the request; requests are applied in this order.
    package var id: Int64
    /// The requested change.
    package var verb: StepVerb
    /// The object of the change, for example an alert's ID; nil when the verb needs none.
    package var subject: String?
    /// The other arguments, by name.
    package var arguments: [String: JSONValue]
    /// The database account that submitted the request.
    package var account: String
    /// The login user of the operating system, as the program stated it, not verified; nil when
    /// none was stated.
    package var login: String?
    /// The name of the person on whose behalf the account acts, as stated, not verified; nil when
    /// none was stated.
    package var onBehalfOf: String?
    /// When the request was submitted, by the clock of the database.
    package var askedAt: Instant

    /// Creates a request. Each argument sets the property of the same name.
    package init(
        id: Int64, verb: StepVerb, subject: String? = nil, arguments: [String: JSONValue] = [:],
        account: String, login: String? = nil, onBehalfOf: String? = nil, askedAt: Instant
    ) {
        self.id = id
        self.verb = verb
        self.subject = subject
        self.arguments = arguments
        self.account = account
        self.login = login
        self.onBehalfOf = onBehalfOf
        self.askedAt = askedAt
    }

    /// The actor to record: the verified account, and beside it the names that are not verified.
    package var actor: Actor {
        let login = login == account ? nil : login.map { "login \($0)" }
        let name = onBehalfOf == account ? nil : onBehalfOf
        guard let name else { return Actor(account, onBehalfOf: login) }
        return Actor(account, onBehalfOf: login.map { "\(name) (\($0))" } ?? name)
    }
}

/// The evaluator's answer to a request.
package struct StepAnswer: Hashable, Sendable {
    /// The exit code: 0 done, 1 not possible in the present state, 2 wrong use, 3 the evaluator
    /// failed. With a code other than 0 nothing was changed.
    package var exitCode: Int
    /// One sentence: what was done, or why nothing was done.
    package var outcome: String
    /// How to correct the cause of a refusal; nil after a success, and when no correction is known.
    package var hint: String?
    /// The result of the change: values by name, such as `silence`; empty when the change has none.
    package var result: [String: JSONValue]

    /// Creates an answer. Each argument sets the property of the same name.
    package init(
        exitCode: Int = 0, _ outcome: String, hint: String? = nil,
        result: [String: JSONValue] = [:]
    ) {
        self.exitCode = exitCode
        self.outcome = outcome
        self.hint = hint
        self.result = result
    }
}

/// One row of the view `laborwatch.requests`, for lists.
package struct RequestRecord: Hashable, Sendable {
    /// The request.
    package var request: StepRequest
    /// `pending`, `done` or `refused`.
    package var state: String
    /// When the request was answered; nil while it is pending.
    package var answeredAt: Instant?
    /// The answer; nil while the request is pending.
    package var answer: StepAnswer?
}
