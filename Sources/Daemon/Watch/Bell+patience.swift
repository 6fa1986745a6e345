import Deliver

extension Bell {
    /// Waits for a ring, at most so many seconds.
    /// - Returns: whether it rang, or the task was cancelled.
    func wait(seconds: Double) async -> Bool {
        await withTaskGroup(of: Bool.self) { group in
            group.addTask {
                await self.heard()
                return true
            }
            group.addTask {
                try? await Task.sleep(for: .seconds(seconds))
                return Task.isCancelled
            }
            let rang = await group.next() ?? true
            group.cancelAll()
            return rang
        }
    }
}
