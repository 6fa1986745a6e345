/// The observer that is called while a statement of the current task is waited for.
///
/// A statement has a deadline, so the wait for it always ends. The observer tells a watchdog that
/// the program waits and does not hang.
package enum StatementWait {
    /// A function that is called while a statement is waited for. It is an object, because Swift
    /// 6.3 compiles a task-local value of function type to code that crashes in a release build.
    package final class Observer: Sendable {
        /// The function.
        let body: @Sendable () -> Void

        /// An observer that calls a function, which must not block.
        package init(_ body: @escaping @Sendable () -> Void) {
            self.body = body
        }
    }

    /// Called on the connection's own thread after each 200 ms of a wait without data, and whenever
    /// data arrived. It must not block. Nil when there is no observer.
    ///
    /// The observer is called only for statements of the task that set it and of its child tasks,
    /// not for other tasks that use the same connection.
    @TaskLocal package static var observer: Observer?
}
