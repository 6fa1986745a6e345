import Alerting
package import Daemon
import Labor
import Settings
import Store

/// `laborwatch requests list`: the steps that persons requested, with their results.
package struct RequestVerbs: Sendable {
    private let components: Components

    /// The verbs for a configuration.
    package init(_ components: Components) {
        self.components = components
    }

    private static let states = ["pending", "done", "refused"]

    /// Requests, newest first.
    /// - Parameter state: pending, done or refused; nil for all.
    package func list(state: String?, limit: Int) async throws -> Listing {
        if let state, !RequestVerbs.states.contains(state) {
            throw Failure(
                exitCode: 2, "there is no state '\(state)'",
                hint: NearestName.hint(state, among: RequestVerbs.states))
        }
        let records = try await components.withStore { store in
            try await store.requests(state: state, limit: limit)
        }
        let zone = components.zone
        return Listing(
            columns: [
                .init("request_id", "编号", "request"), .init("asked_at", "申请时间", "asked"),
                .init("account", "账号", "account"), .init("for", "代表", "for"),
                .init("verb", "事项", "verb"), .init("subject", "对象", "subject"),
                .init("state", "状态", "state"), .init("answered_at", "答复时间", "answered"),
                .init("outcome", "结果", "outcome"),
            ],
            rows: records.map { record in
                let request = record.request
                return [
                    .int(request.id), .string(zone.text(request.askedAt)),
                    .string(request.account), .string(request.actor.onBehalfOf ?? ""),
                    .string(request.verb.rawValue), .string(request.subject ?? ""),
                    .string(record.state),
                    record.answeredAt.map { .string(zone.text($0)) } ?? .null,
                    .string(record.answer?.outcome ?? ""),
                ]
            })
    }
}
