package import Labor

/// The next time in which a route does not tell, for what may be put off into it.
package struct QuietTime: Hashable, Sendable {
    /// Its first moment.
    package var from: Instant
    /// The first moment after it.
    package var until: Instant

    /// A quiet time from its ends.
    package init(from: Instant, until: Instant) {
        self.from = from
        self.until = until
    }
}
