/// A slot for one connection. The first use opens the connection; the first use after the
/// connection broke opens a new one.
///
/// The slot never waits and never retries. The caller decides on the delay between attempts.
package actor ConnectionSlot {
    private let options: ConnectionOptions
    private var current: Connection?

    /// A slot that connects with these options at first use.
    package init(_ options: ConnectionOptions) {
        self.options = options
    }

    /// Runs `body` on the slot's connection, as `Connection.perform` does.
    ///
    /// When connecting fails, the error is thrown; the next call connects again.
    @discardableResult
    package func perform<R>(
        _ body: @Sendable (inout Session) throws -> sending R
    ) async throws -> sending R {
        try await connection().perform(body)
    }

    /// Closes the connection if there is one; a later use opens a new one.
    package func close() async {
        let last = current
        current = nil
        await last?.close()
    }

    private func connection() -> Connection {
        if let current, !current.isBroken { return current }
        let fresh = Connection(opensAtFirstUse: options)
        current = fresh
        return fresh
    }
}
