/// What a receiver is handed at once: one event, or several of one group.
package struct AlertMessage: Hashable, Sendable {
    /// The same over all tries, so that a receiver knows a message that it has seen: the event's
    /// id, or one made of all the events' ids. What joins a group between two tries makes another
    /// message of it.
    package let id: String
    /// What its events have in common, as the routing tree named it; nil for a single event.
    package let group: String?
    /// The events with their words, in the order in which they happened; never empty.
    package let notices: [AlertNotice]
    /// Whether it only tries the receiver and tells of nothing that happened.
    package let isTest: Bool

    /// A message of one event.
    package init(_ notice: AlertNotice, isTest: Bool = false) {
        id = notice.event.id
        self.isTest = isTest
        group = nil
        notices = [notice]
    }

    /// A message of the events of a group; nil when there is none.
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
