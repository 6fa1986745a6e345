package import Alerting
package import Labor

/// What people can ask the evaluator to do; the words of `laborwatch.request.verb`.
package enum StepVerb: String, CaseIterable, Hashable, Sendable {
    /// Take an alert on.
    case acknowledge
    /// End an alert.
    case resolve
    /// Judge an alert.
    case verdict
    /// Give an alert to a person or unit.
    case assign
    /// Write something beside an alert.
    case note
    /// Make a silence.
    case silenceAdd = "silence_add"
    /// End a silence early.
    case silenceExpire = "silence_expire"
    /// Open a case of the ledger.
    case ledgerOpen = "ledger_open"
    /// Note a measure in a case.
    case ledgerMeasure = "ledger_measure"
    /// Answer an item of a case's check list.
    case ledgerCheck = "ledger_check"
    /// Note a visit in a case.
    case ledgerFollowUp = "ledger_follow_up"
    /// Close a case.
    case ledgerClose = "ledger_close"
    /// Bring dead letters back.
    case deliveriesRetry = "deliveries_retry"
    /// Give up what waits for a receiver that is no longer configured.
    case deliveriesDrop = "deliveries_drop"
    /// Enable a receiver that was gone.
    case receiverEnable = "receiver_enable"
    /// A receiver took a test message: what failed before is due at once.
    case receiverAnswers = "receiver_answers"
}

/// One row of `laborwatch.request` that is to be answered.
package struct StepRequest: Hashable, Sendable {
    /// The identity; requests are applied in this order.
    package var id: Int64
    /// What is to be done.
    package var verb: StepVerb
    /// To what; nil where the verb needs nothing.
    package var subject: String?
    /// The rest of what was asked, by name.
    package var arguments: [String: JSONValue]
    /// The database account that asked.
    package var account: String
    /// The login user of the operating system, as the program said; nobody vouches for it.
    package var login: String?
    /// In whose name, as the person said.
    package var onBehalfOf: String?
    /// When, by the store's clock.
    package var askedAt: Instant

    /// A request from its parts.
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

    /// Who is recorded: the account, and beside it the names that nobody vouches for.
    package var actor: Actor {
        let login = login == account ? nil : login.map { "login \($0)" }
        let name = onBehalfOf == account ? nil : onBehalfOf
        guard let name else { return Actor(account, onBehalfOf: login) }
        return Actor(account, onBehalfOf: login.map { "\(name) (\($0))" } ?? name)
    }
}

/// What the evaluator answers to a request.
package struct StepAnswer: Hashable, Sendable {
    /// 0 done; 1 not possible as things are, 2 wrong use, 3 the evaluator failed: then nothing was
    /// changed.
    package var exitCode: Int
    /// One sentence: what was done, or why nothing was.
    package var outcome: String
    /// What to do about a refusal.
    package var hint: String?
    /// What came of it, by name.
    package var result: [String: JSONValue]

    /// An answer from its parts.
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

/// One row of `laborwatch.requests` for whoever looks at the list.
package struct RequestRecord: Hashable, Sendable {
    /// What was asked.
    package var request: StepRequest
    /// `pending`, `done` or `refused`.
    package var state: String
    /// When it was answered.
    package var answeredAt: Instant?
    /// The answer; nil while it is pending.
    package var answer: StepAnswer?
}
