/// The state of a delivery.
package enum DeliveryState: String, CaseIterable, Hashable, Sendable, Codable {
    /// Not yet sent, or being sent now.
    case pending
    /// Accepted by the receiver.
    case delivered
    /// Given up after its last try; `deliveries retry` makes it pending again.
    case dead
    /// Not sent, for the stored reason: no route leads to the receiver, its filter excludes the
    /// alert, or a silence or inhibition holds the delivery.
    case suppressed
    /// Cancelled before it was sent, because its receiver is no longer configured or already has a
    /// later event.
    case dropped

    /// Whether the receiver has the event or may still get it. A dead letter counts, because its
    /// last try may have reached the receiver.
    package var mayBeKnown: Bool { self != .suppressed && self != .dropped }
}
