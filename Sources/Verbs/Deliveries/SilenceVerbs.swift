import Alerting
package import Daemon
package import Labor
import Store

/// `laborwatch silences list`: the silences, which suppress notifications for a limited time.
package struct SilenceVerbs: Sendable {
    private let components: Components

    /// The verbs for a configuration.
    package init(_ components: Components) {
        self.components = components
    }

    /// The silences that have not ended, or with `all` every silence; latest first.
    package func list(all: Bool, now: Instant) async throws -> Listing {
        let silences = try await components.withStore { try await $0.silences(holdingAt: nil) }
        let zone = components.zone
        return Listing(
            columns: [
                .init("silence_id", "编号", "silence"), .init("state", "状态", "state"),
                .init("what", "范围", "what"), .init("starts_at", "开始", "from"),
                .init("ends_at", "结束", "until"), .init("by", "设置人", "by"),
                .init("reason", "原因", "reason"),
            ],
            rows: silences.compactMap { silence in
                let state = SilenceVerbs.state(silence, now)
                guard all || state != "expired" else { return nil }
                return [
                    .int(silence.id), .string(state), .string(silence.matcher.words),
                    .string(zone.text(silence.startsAt)),
                    .string(zone.text(min(silence.endsAt, silence.expiredAt ?? silence.endsAt))),
                    .string(silence.createdBy), .string(silence.reason),
                ]
            })
    }

    private static func state(_ silence: Silence, _ now: Instant) -> String {
        if silence.holds(at: now) { return "active" }
        return silence.expiredAt == nil && now < silence.startsAt ? "pending" : "expired"
    }
}

extension SilenceMatcher {
    /// The conditions as options of the command line.
    fileprivate var words: String {
        let parts: [(String, String?)] = [
            ("rule", rule?.rawValue), ("kind", kind?.rawValue),
            ("subject", subjectType.map { "\($0.rawValue):\(subjectID ?? "*")" }),
            ("region", region?.rawValue), ("tier-max", tierMax?.rawValue),
        ]
        return parts.compactMap { key, value in value.map { "\(key)=\($0)" } }
            .joined(separator: " ")
    }
}
