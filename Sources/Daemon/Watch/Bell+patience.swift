import Deliver

extension Bell {
    /// Waits for a ring, for at most a number of seconds.
    /// - Returns: true when the bell rang or the task was cancelled; false after the time limit.
    func wait(seconds: Double, _ time: Timekeeper) async -> Bool {
        await withTaskGroup(of: Bool.self) { group in
            group.addTask {
                await self.heard()
                return true
            }
            group.addTask {
                try? await time.sleep(seconds)
                return Task.isCancelled
            }
            let rang = await group.next() ?? true
            group.cancelAll()
            return rang
        }
    }
}
