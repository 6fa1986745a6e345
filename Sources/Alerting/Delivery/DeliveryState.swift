/// The state of a delivery.
package enum DeliveryState: String, CaseIterable, Hashable, Sendable, Codable {
    /// The delivery is not sent yet, or a courier sends it now.
    case pending
    /// The receiver accepted the delivery.
    case delivered
    /// The courier gave the delivery up after the last try. `deliveries retry` makes it pending
    /// again.
    case dead
    /// The delivery is not sent, for the stored reason: no route leads to the receiver, the filter
    /// of the receiver excludes the alert, or a silence or an inhibition holds the delivery.
    case suppressed
    /// The delivery was cancelled before it was sent, because the receiver is no longer configured
    /// or already has a later event.
    case dropped

    /// Whether the receiver has the event or may still get it. A dead letter counts, because its
    /// last try may have reached the receiver.
    package var mayBeKnown: Bool { self != .suppressed && self != .dropped }
}
