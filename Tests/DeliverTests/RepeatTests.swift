import Alerting
import Crypto
import Deliver
import Foundation
import Labor
import Logging
import Support
import Testing

/// A receiver whose other side forgets.
private struct ForgetfulReceiver: Receiver {
    let name = "forgetful"
    let address = "https://am.example"
    let repeatSeconds: Int64? = 60
    let report: AsyncStream<Instant>.Continuation
    let failure: DeliveryFailure?

    func deliver(
        _ message: AlertMessage, at now: Instant
    ) async throws(DeliveryFailure) -> DeliveryReceipt { DeliveryReceipt() }

    func repeatStanding(at now: Instant) async throws(DeliveryFailure) {
        report.yield(now)
        if let failure { throw failure }
    }

    func close() async {}
}

@Suite(.timeLimit(.minutes(20))) struct RepeatTests {
    @Test(arguments: [nil, DeliveryFailure.refused])
    func `a receiver whose other side forgets may repeat itself when it is time`(
        _ failure: DeliveryFailure?
    ) async throws {
        let (repeats, report) = AsyncStream.makeStream(of: Instant.self)
        let (wake, waker) = AsyncStream.makeStream(of: Void.self)
        let clock = ManualClock()
        let sleep = ManualSleep()
        let courier = Courier(
            outbox: MemoryOutbox(),
            receivers: [ForgetfulReceiver(report: report, failure: failure)],
            logger: Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() }),
            clock: { clock.now }, random: { 0 }, sleep: { try await sleep.rest(seconds: $0) })
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await courier.run(wake: wake) }
            var told = repeats.makeAsyncIterator()
            var slept = sleep.begun.makeAsyncIterator()
            #expect(await told.next() == morning)
            _ = await slept.next()
            // Not yet: it goes to sleep again without having repeated anything.
            clock.advance(seconds: 59)
            waker.yield()
            _ = await slept.next()
            clock.advance(seconds: 1)
            waker.yield()
            #expect(await told.next() == morning.adding(seconds: 60))
            waker.finish()
            try await group.waitForAll()
        }
    }

    @Test func `whoever is gone is repeated nothing, from the start`() async throws {
        let (repeats, report) = AsyncStream.makeStream(of: Instant.self)
        let (wake, waker) = AsyncStream.makeStream(of: Void.self)
        let receiver = ForgetfulReceiver(report: report, failure: nil)
        let outbox = MemoryOutbox()
        let fingerprint = SHA256.hash(data: Array(receiver.address.utf8))
            .map { String(format: "%02x", $0) }.joined()
        await outbox.disable(
            receiver: receiver.name, fingerprint: fingerprint, reason: "410", at: morning)
        let sleep = ManualSleep()
        let courier = Courier(
            outbox: outbox, receivers: [receiver],
            logger: Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() }),
            clock: { morning }, sleep: { try await sleep.rest(seconds: $0) })
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await courier.run(wake: wake) }
            var slept = sleep.begun.makeAsyncIterator()
            _ = await slept.next()
            waker.finish()
            try await group.waitForAll()
        }
        report.finish()
        for await _ in repeats { Issue.record("something was repeated") }
    }
}
