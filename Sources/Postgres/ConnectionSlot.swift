/// A place for one connection: opened at first use, opened anew at the next use after it broke.
///
/// It never waits and never tries again by itself; how long to back off is decided above.
package actor ConnectionSlot {
    private let options: ConnectionOptions
    private var current: Connection?

    /// A slot that connects with these options when it is first used.
    package init(_ options: ConnectionOptions) {
        self.options = options
    }

    /// Runs `body` on the slot's connection, as `Connection.perform` does.
    ///
    /// Throws what connecting throws; a call after that connects again.
    @discardableResult
    package func perform<R>(
        _ body: @Sendable (inout Session) throws -> sending R
    ) async throws -> sending R {
        try await connection().perform(body)
    }

    /// Closes the connection if there is one; a later use opens another.
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
