/// Where an episode stands.
package enum AlertState: String, CaseIterable, Hashable, Sendable, Codable {
    /// Seen, but its waiting time is not over: nobody is told yet.
    case pending
    /// Told, but resting on one report that the next one must confirm.
    case provisional
    /// Told and standing.
    case firing
    /// A person has taken it on.
    case acknowledged
    /// The cause is gone.
    case resolved
    /// It was a mistake: the report was corrected, or the next one did not confirm it.
    case withdrawn

    /// Whether the episode still runs.
    package var isOpen: Bool { self != .resolved && self != .withdrawn }
}

/// What an alert event tells, a word of the contract `laborwatch.alert/1`.
package enum AlertWhat: String, CaseIterable, Hashable, Sendable, Codable {
    /// The episode begins.
    case raised
    /// Its tier moved, up or down.
    case tierChanged = "tier_changed"
    /// A later report holds it.
    case confirmed
    /// It was a mistake.
    case withdrawn
    /// A person took it on.
    case acknowledged
    /// Nobody answered in time; the next level is told.
    case escalated
    /// It still stands.
    case reminder
    /// The cause is gone.
    case resolved
}

/// A person's judgement of an episode afterwards.
package enum Verdict: String, CaseIterable, Hashable, Sendable, Codable {
    /// It was true.
    case confirmed
    /// There was nothing.
    case falseAlarm = "false_alarm"
    /// Staff only moved.
    case transfer
    /// The season explains it.
    case seasonal
}
