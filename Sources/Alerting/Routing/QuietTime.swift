package import Labor

/// A period in which a route sends nothing, and into which a message may be postponed.
package struct QuietTime: Hashable, Sendable {
    /// The first moment of the period.
    package var from: Instant
    /// The first moment after the period.
    package var until: Instant

    /// A quiet time from its ends.
    package init(from: Instant, until: Instant) {
        self.from = from
        self.until = until
    }
}
