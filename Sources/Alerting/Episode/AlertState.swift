/// The state of an episode.
package enum AlertState: String, CaseIterable, Hashable, Sendable, Codable {
    /// The condition is met, but not yet for the required time; nobody is notified.
    case pending
    /// The alert is open and receivers are notified, but it rests on one report that a later report
    /// must confirm.
    case provisional
    /// The alert is open and needs no confirmation.
    case firing
    /// A person acknowledged the alert and works on it.
    case acknowledged
    /// The alert ended because its cause ended, or because a person resolved it.
    case resolved
    /// The alert was a mistake: the report was corrected, or a later report did not confirm it.
    case withdrawn

    /// Whether the episode has not ended, which every state but `resolved` and `withdrawn` means.
    package var isOpen: Bool { self != .resolved && self != .withdrawn }
}

/// The type of an alert event, as the contract `laborwatch.alert/1` spells it in `what`.
package enum AlertWhat: String, CaseIterable, Hashable, Sendable, Codable {
    /// The episode was opened.
    case raised
    /// The tier rose or fell.
    case tierChanged = "tier_changed"
    /// A later report, or the unchanged figures of the first one, confirmed a provisional alert.
    case confirmed
    /// The alert was a mistake and ended.
    case withdrawn
    /// A person acknowledged the alert.
    case acknowledged
    /// Nobody acknowledged the alert in time, so the next level is notified.
    case escalated
    /// The alert is still open.
    case reminder
    /// The alert ended because its cause ended, or because a person resolved it.
    case resolved
    /// An alert of another kind joined the incident. Alerts have no such event.
    case joined
    /// The incident ended because it is one with an older incident. Alerts have no such event.
    case merged

    /// Whether the event is the last one of its episode.
    package var endsEpisode: Bool { self == .resolved || self == .withdrawn || self == .merged }
}

/// A person's assessment of an alert after the fact.
package enum Verdict: String, CaseIterable, Hashable, Sendable, Codable {
    /// The alert was correct.
    case confirmed
    /// A false alarm: nothing had happened.
    case falseAlarm = "false_alarm"
    /// Staff only moved between units or enterprises.
    case transfer
    /// The change was seasonal.
    case seasonal
}
