import Alerting
import Deliver
import Labor
import Source

extension Configuration: CustomStringConvertible {
    /// The effective settings, one per line, with the keys of the file; secrets are hidden.
    package var description: String {
        lines.map { "\($0): \($1)" }.joined(separator: "\n")
    }

    private var lines: [(String, String)] {
        var lines: [(String, String)] = [
            ("source.dsn", source.dsn?.redacted ?? "null"),
            ("source.interval", source.interval.shortText),
            ("source.notify", "\(source.notify)"),
            ("source.window_months", "\(source.windowMonths)"),
            ("source.overlap", source.overlap.shortText),
            ("source.statement_timeout", source.statementTimeout.shortText),
        ]
        for table in SourceTable.allCases {
            switch source.maps.relations[table] {
            case .named(let name)?: lines.append(("source.maps.\(table.rawValue)", name))
            case .query?: lines.append(("source.maps.\(table.rawValue)", "{query: …}"))
            case nil: continue
            }
        }
        lines += [
            ("store.dsn", store.dsn?.redacted ?? "null"),
            ("store.lease", store.lease.shortText),
            ("store.statement_timeout", store.statementTimeout.shortText),
            ("timezone", timezone), ("language", language.rawValue),
            ("state_directory", stateDirectory),
            ("rules.directory", rules.directory ?? "null"),
            (
                "rules.enabled",
                rules.enabled.map { Configuration.list($0.map(\.rawValue)) } ?? "null"
            ),
            ("rules.disabled", Configuration.list(rules.disabled.map(\.rawValue))),
            ("texts.directory", rules.textsDirectory ?? "null"),
            ("routing.file", routingFile ?? "null"),
            ("silences.max_duration", silenceMax.shortText),
        ]
        for (index, receiver) in receivers.enumerated() {
            lines.append(("receivers[\(index)]", receiver.description))
        }
        lines.append(("delivery.schedule", Configuration.list(deliverySchedule.map(\.shortText))))
        for tier in Tier.allCases.reversed() {
            lines.append(
                (
                    "response.clocks.\(tier.rawValue)",
                    responseClocks.waits[tier]?.shortText ?? "null"
                ))
        }
        return lines + [
            ("response.playbooks", rules.playbooksFile ?? "null"),
            ("response.measures", measuresFile ?? "null"),
            ("response.levels", "\(responseClocks.levels)"),
            ("log.level", log.level.rawValue), ("log.format", log.format.rawValue),
            ("retention.deliveries", retention.deliveries.shortText),
            ("retention.cycles", retention.cycles.shortText),
            ("links.base", linksBase ?? "null"),
        ]
    }

    fileprivate static func list(_ items: [String]) -> String {
        "[" + items.joined(separator: ", ") + "]"
    }
}

extension Configuration.Receiver.Credentials {
    fileprivate var parts: [String] {
        switch self {
        case .none: []
        case .basic(let user, let passwordFile):
            ["username: \(user)", "password_file: \(passwordFile)"]
        case .bearer(let tokenFile): ["token_file: \(tokenFile)"]
        }
    }
}

extension Configuration.Receiver: CustomStringConvertible {
    /// The receiver in the form of the file. Of a URL only the host is shown.
    package var description: String {
        var parts = ["name: \(name)"]
        switch way {
        case .file(let directory, let retentionDays, let perTier):
            parts += [
                "type: file", "directory: \(directory)", "retention_days: \(retentionDays)",
                "per_tier: \(perTier)",
            ]
        case .webhook(let url, let secretFile, let format, let timeout):
            parts += [
                "type: webhook", "url: \(url.redacted)", "secret_file: \(secretFile)",
                "format: \(format.rawValue)", "timeout: \(timeout.shortText)",
            ]
        case .alertmanager(let url, let resend, let timeout, let credentials):
            parts += [
                "type: alertmanager", "url: \(url.redacted)", "resend: \(resend.shortText)",
                "timeout: \(timeout.shortText)",
            ]
            parts += credentials.parts
        case .cap(let profile, let directory, let days, let url, let timeout, let credentials):
            parts += [
                "type: cap", "sender: \(profile.sender)", "status: \(profile.status.rawValue)",
            ]
            if let restriction = profile.restriction { parts.append("restriction: \(restriction)") }
            if let directory {
                parts += ["directory: \(directory)", "retention_days: \(days)"]
            }
            if let url { parts += ["url: \(url.redacted)", "timeout: \(timeout.shortText)"] }
            parts += credentials.parts
        case .chat(let settings): parts += settings.parts
        case .mail(let settings): parts += settings.parts
        case .syslog(let settings): parts += settings.parts
        case .journald(let settings): parts += settings.parts
        }
        parts.append("language: \(language.rawValue)")
        if filter.groups != way.groups { parts.append("groups: \(filter.groups)") }
        let filters = [
            ("tiers", filter.tiers.sorted().map(\.rawValue)),
            ("kinds", filter.kinds.map(\.rawValue).sorted()),
            ("regions", filter.regions.sorted().map(\.rawValue)),
        ]
        for (key, values) in filters where !values.isEmpty {
            parts.append("\(key): \(Configuration.list(values))")
        }
        if let fallback { parts.append("fallback: \(fallback)") }
        if let authorityFile { parts.append("ca_file: \(authorityFile)") }
        if allowPrivate { parts.append("allow_private: true") }
        return "{" + parts.joined(separator: ", ") + "}"
    }
}
