package import Labor

/// How the episodes of one rule live; read from the `policy` of its rule file.
package struct EpisodePolicy: Hashable, Sendable {
    /// How long a cause must be gone before an episode ends.
    package enum ClearAfter: Hashable, Sendable {
        /// So many clear months in a row, by reported figures.
        case periods(Int)
        /// So many days since the first clear look.
        case days(Int)
    }

    /// How long the cause must be gone.
    package var clearAfter: ClearAfter
    /// Days between reminders while an episode runs at a tier; a tier without an entry has none.
    package var reminderDays: [Tier: Int]

    /// A policy from its parts.
    package init(clearAfter: ClearAfter, reminderDays: [Tier: Int] = [:]) {
        self.clearAfter = clearAfter
        self.reminderDays = reminderDays
    }

    /// Two clear months, and a reminder each week for red and every other week for orange.
    package static let standard = EpisodePolicy(
        clearAfter: .periods(2), reminderDays: [.red: 7, .orange: 14])
}
