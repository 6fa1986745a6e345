/// Who hears that a statement of the present task is still waited for.
///
/// A statement has a deadline, so a wait for it is work that ends. A watchdog that would take the
/// wait for a hang is told here that it is none.
package enum StatementWait {
    /// Called on the connection's own thread at every slice of a wait (200 ms) in which nothing came,
    /// and whenever something came; must not block. Nil for nobody.
    ///
    /// It counts for the task that sets it and for child tasks, and for nobody else who uses the same
    /// connection.
    @TaskLocal package static var observer: (@Sendable () -> Void)?
}
