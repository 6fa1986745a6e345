package import Labor

/// The deliveries of one unit to one receiver. They are sent one after the other.
package struct DeliveryQueue<Unit: Hashable & Sendable>: Hashable, Sendable {
    /// The unit that the events belong to.
    package var unit: Unit
    /// The name of the receiver.
    package var receiver: String

    /// Creates a queue. Each argument sets the property of the same name.
    package init(unit: Unit, receiver: String) {
        self.unit = unit
        self.receiver = receiver
    }
}

/// The deliveries of one receiver that are sent as one message when they are due together.
package struct DeliveryGroup: Hashable, Sendable {
    /// The name of the receiver.
    package var receiver: String
    /// The name of the group, as in `DeliveryGrouping`.
    package var name: String

    /// Creates a group. Each argument sets the property of the same name.
    package init(receiver: String, name: String) {
        self.receiver = receiver
        self.name = name
    }
}

/// A summary of the past of one queue: of those deliveries of the queue that the plan does not
/// contain and that are pending, delivered or dead. A store computes the summary, so that it does
/// not have to read all these deliveries.
package struct DeliveryPast: Hashable, Sendable {
    /// The smallest sequence of the summarized deliveries; nil when there are none.
    package var notifiedFrom: Int?
    /// The greatest sequence of the summarized deliveries; nil when there are none.
    package var notifiedThrough: Int?
    /// The greatest sequence of the summarized deliveries that were delivered; nil when there are
    /// none.
    package var deliveredThrough: Int?

    /// Creates a summary. Each argument sets the property of the same name. Without arguments it is
    /// the summary of a queue whose past has no delivery.
    package init(
        notifiedFrom: Int? = nil, notifiedThrough: Int? = nil, deliveredThrough: Int? = nil
    ) {
        self.notifiedFrom = notifiedFrom
        self.notifiedThrough = notifiedThrough
        self.deliveredThrough = deliveredThrough
    }
}

/// The changes that one cycle requests from the outbox.
package struct DeliveryRequests<Unit: Hashable & Sendable>: Sendable {
    /// The deliveries of new events, made by `Delivery(_:of:dueAt:)`.
    package var orders: [Delivery<Unit>]
    /// Waiting deliveries to hold.
    package var holds: [Hold]
    /// Held deliveries to release.
    package var releases: [Release]
    /// The present response deadline of each unit. A waiting delivery with an earlier deadline gets
    /// this one.
    package var clocks: [Unit: Instant]

    /// Creates requests. Each argument sets the property of the same name. Without arguments
    /// nothing is requested.
    package init(
        orders: [Delivery<Unit>] = [], holds: [Hold] = [], releases: [Release] = [],
        clocks: [Unit: Instant] = [:]
    ) {
        self.orders = orders
        self.holds = holds
        self.releases = releases
        self.clocks = clocks
    }
}
