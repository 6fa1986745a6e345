package import Alerting
package import Labor
import LaborSQL
import Postgres

extension PostgresStore {
    /// The channel that the function `laborwatch.ask` notifies.
    package static let requestChannel = "laborwatch_request"
    /// The channel that is notified of an answer; the payload is the number of the request.
    static let answerChannel = "laborwatch_answer"

    /// Submits a request for the account that is logged in to the database.
    ///
    /// - Parameters:
    ///   - login: the login user of the operating system.
    ///   - name: the name of the person on whose behalf the account acts; nil for the person's own.
    /// - Returns: the number of the request.
    /// - Throws: `missingPrivilege` when the account does not have the role officer; `refused` when
    ///   a value is too large.
    package func ask(
        _ verb: StepVerb, _ subject: String?, _ arguments: [String: JSONValue], login: String?,
        onBehalfOf name: String?
    ) async throws -> Int64 {
        try await perform(desk, "asking for a step", needs: .officer) { session in
            try session.listen(PostgresStore.answerChannel)
            let id = try session.first(
                .submitRequest,
                [
                    "verb": .text(verb.rawValue),
                    "subject": .optional(text: subject.map(storable)),
                    "arguments": .json(try StoreJSON.text(JSONValue.object(arguments))),
                    "on_behalf_of": .optional(text: name.map(storable)),
                    "login": .optional(text: login),
                ]
            ) { try $0.int(0) }
            guard let id else { throw StoreError(.server, "a request was given no number") }
            return id
        }
    }

    /// Waits for the answer to a request that this store submitted.
    ///
    /// - Parameter limit: the maximum time to wait.
    /// - Returns: the answer; nil when none came in time.
    package func answer(to id: Int64, within limit: Duration) async throws -> StepAnswer? {
        try await perform(desk, "waiting for the answer to request \(id)") { session in
            let clock = ContinuousClock()
            let deadline = clock.now.advanced(by: limit)
            while true {
                // Any notification only triggers another look at the row, which has the answer.
                let answer = try session.first(.selectRequest, ["request_id": .int(id)]) {
                    try requestRecord($0).answer
                }
                if let answer = answer.flatMap({ $0 }) { return answer }
                let left = clock.now.duration(to: deadline)
                guard left > .zero else { return nil }
                _ = try session.waitForNotification(deadline: left)
                _ = session.lastNotifications()
            }
        }
    }

    /// The daemon that has the lease now; nil when none has.
    package func evaluatorNow() async throws -> String? {
        try await perform(desk, "asking who evaluates") { session in
            try session.first(.selectLease) { try $0.text(0) }
        }
    }

    /// Whether the account has the privilege to take the lease, and so can apply a request itself.
    package func mayEvaluate() async throws -> Bool {
        try await perform(desk, "asking for the rights of the role") { session in
            try session.first(.mayTakeLease) { try $0.bool(0) } ?? false
        }
    }

    /// The requests, newest first.
    /// - Parameters:
    ///   - state: `pending`, `done` or `refused`; nil for all.
    ///   - limit: the maximum number of requests.
    package func requests(state: String?, limit: Int) async throws -> [RequestRecord] {
        try await perform(desk, "listing requests") { session in
            try session.query(
                .selectRequests,
                ["state": .optional(text: state), "limit": .int(Int64(max(limit, 0)))]
            ) { try requestRecord($0) }
        }
    }

    /// The unanswered requests, in the order in which they are applied. The query is cheap when
    /// there are none.
    package func pendingRequests(limit: Int = 100) async throws -> [StepRequest] {
        try await perform(desk, "reading requests", needs: .store) { session in
            try session.query(.selectPendingRequests, ["limit": .int(Int64(limit))]) {
                try requestRecord($0).request
            }
        }
    }

    /// Answers a request with a refusal; only the row of the request changes.
    package func refuse(
        _ request: Int64, _ answer: StepAnswer, under lease: Lease
    ) async throws {
        try await perform(desk, "refusing request \(request)", needs: .store) { session in
            try session.transaction { session in
                try hold(lease, &session)
                try lockPending(request, &session)
                try record(answer, of: request, &session)
            }
        }
    }

    /// Locks the row of a request until the end of the transaction.
    /// - Throws: `refused` when the request was already answered.
    func lockPending(_ request: Int64, _ session: inout Session) throws {
        let isPending = try session.first(.lockRequest, ["request_id": .int(request)]) {
            try $0.bool(0)
        }
        guard isPending == true else {
            throw StoreError(.refused, "request \(request) is answered already")
        }
    }

    /// Writes the answer to a request, and notifies whoever waits for it.
    func record(_ answer: StepAnswer, of request: Int64, _ session: inout Session) throws {
        try session.execute(
            .answerRequest,
            [
                "request_id": .int(request), "exit_code": .int(Int64(answer.exitCode)),
                "outcome": .text(storable(answer.outcome)),
                "hint": .optional(text: answer.hint.map(storable)),
                "result": .json(try StoreJSON.text(JSONValue.object(answer.result))),
            ])
        try session.execute(
            .notify,
            [
                "channel": .text(PostgresStore.answerChannel), "payload": .text(String(request)),
            ])
    }
}

/// The request in a row of `select_request`, `select_requests` or `select_pending_requests`.
private func requestRecord(_ row: borrowing Row) throws -> RequestRecord {
    let id = try row.int(0)
    let place = "laborwatch.requests \(id)"
    let request = StepRequest(
        id: id, verb: try word(row.text(1), place), subject: try row.textOrNil(2),
        arguments: try StoreJSON.value(
            [String: JSONValue].self, row.json(3), "arguments of \(place)"),
        account: try row.text(4), login: try row.textOrNil(5), onBehalfOf: try row.textOrNil(6),
        askedAt: try row.instant(7))
    var record = RequestRecord(
        request: request, state: try row.text(8),
        answeredAt: try row.instantOrNil(9))
    if let outcome = try row.textOrNil(10), let code = try row.intOrNil(12) {
        record.answer = StepAnswer(
            exitCode: Int(code), outcome, hint: try row.textOrNil(11),
            result: try row.jsonOrNil(13).map {
                try StoreJSON.value([String: JSONValue].self, $0, "result of \(place)")
            } ?? [:])
    }
    return record
}
