package import Labor

/// The life-cycle settings of one rule, from the section `policy` of the rule file.
package struct EpisodePolicy: Hashable, Sendable {
    /// How long the cause must be absent before an episode is resolved.
    package enum ClearAfter: Hashable, Sendable {
        /// The episode is resolved when this many months have no finding. They are counted from the
        /// first month without a finding to the latest month whose reported figures show no
        /// problem, both included.
        case periods(Int)
        /// The episode is resolved when this many days have passed since the first evaluation
        /// without a finding. A new finding ends the count.
        case days(Int)
    }

    /// How long the cause must be absent before an episode is resolved.
    package var clearAfter: ClearAfter
    /// Days between reminders while an episode is open, by tier; a tier without an entry gets no
    /// reminder.
    package var reminderDays: [Tier: Int]

    /// Creates a policy. Each argument sets the property of the same name.
    package init(clearAfter: ClearAfter, reminderDays: [Tier: Int] = [:]) {
        self.clearAfter = clearAfter
        self.reminderDays = reminderDays
    }

    /// The default: two clear months; a reminder every 7 days for red and every 14 days for orange.
    package static let standard = EpisodePolicy(
        clearAfter: .periods(2), reminderDays: [.red: 7, .orange: 14])
}
