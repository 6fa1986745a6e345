/// The unit that a receiver sends: one event, or several events of one group.
package struct AlertMessage: Hashable, Sendable {
    /// The ID of the message, equal in every try, so that a receiver recognizes duplicates: the
    /// event's ID, or an ID derived from all events' IDs. If a group grows between two tries, the
    /// ID changes.
    package let id: String
    /// The group key from the routing tree; nil for a single event.
    package let group: String?
    /// The events with their texts, in the order in which they happened; never empty.
    package let notices: [AlertNotice]
    /// Whether this is a test message, which reports no event.
    package let isTest: Bool

    /// A message of one event.
    package init(_ notice: AlertNotice, isTest: Bool = false) {
        id = notice.event.id
        self.isTest = isTest
        group = nil
        notices = [notice]
    }

    /// A message of the events of a group; nil when the list is empty.
    package init?(group: String, notices: [AlertNotice]) {
        guard let first = notices.first else { return nil }
        self.group = group
        self.notices = notices
        isTest = false
        id =
            notices.count == 1
            ? first.event.id
            : digestUUID(
                "laborwatch.message|" + notices.map(\.event.id).joined(separator: "|"))
    }
}
