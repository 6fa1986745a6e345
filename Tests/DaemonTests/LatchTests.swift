import Daemon
import Testing

/// The order to stop reaches everyone who waits for it.
@Suite(.timeLimit(.minutes(20))) struct LatchTests {
    @Test func `everyone who waits goes on when it opens`() async {
        let latch = Latch()
        await withTaskGroup(of: Void.self) { group in
            for _ in 0..<20 { group.addTask { await latch.wait() } }
            group.addTask { latch.open() }
            await group.waitForAll()
        }
        #expect(latch.isOpen)
    }

    @Test func `an open one holds nobody up, however often it is opened`() async {
        let latch = Latch()
        #expect(!latch.isOpen)
        latch.open()
        latch.open()
        await latch.wait()
        #expect(latch.isOpen)
    }

    @Test func `cancelling ends the wait and leaves the latch shut`() async {
        let latch = Latch()
        await withTaskGroup(of: Void.self) { group in
            for _ in 0..<20 { group.addTask { await latch.wait() } }
            group.cancelAll()
            await group.waitForAll()
        }
        #expect(!latch.isOpen)
    }

    @Test func `one who gives up takes nobody with him`() async {
        let latch = Latch()
        await withTaskGroup(of: Void.self) { group in
            let impatient = Task { await latch.wait() }
            group.addTask { await latch.wait() }
            impatient.cancel()
            await impatient.value
            latch.open()
            await group.waitForAll()
        }
        #expect(latch.isOpen)
    }
}
