import Alerting
import Labor
import Logging

/// The deliveries of one receiver, one after the other.
///
/// A receiver that keeps failing is only probed, with growing pauses, so that its backlog does not
/// burn its tries while nobody is there. One that says it is gone gets nothing more in this run.
actor Lane {
    nonisolated let bell = Bell()

    private let receiver: any Receiver
    private let outbox: any Outbox
    private let schedule: RetrySchedule
    private let logger: Logger
    private let surroundings: Surroundings
    private var failuresInARow = 0
    private var pausedUntil: Instant?
    private var snoozes: [String: Int] = [:]
    private var stopping = false
    private var isGone = false
    private var repeatAt: Instant?
    private var repeatFails = false

    init(
        receiver: any Receiver, outbox: any Outbox, schedule: RetrySchedule, logger: Logger,
        surroundings: Surroundings
    ) {
        self.receiver = receiver
        self.outbox = outbox
        self.schedule = schedule
        self.logger = logger
        self.surroundings = surroundings
    }

    /// Claims no more from here on.
    func stop() {
        stopping = true
        bell.ring()
    }

    /// Rounds until it is stopped or cancelled.
    func run() async {
        var storeFailures = 0
        while !stopping, !Task.isCancelled {
            if isGone {
                // Only the stop, which rings too, is of interest now.
                await bell.heard()
                continue
            }
            await repeatStanding()
            do {
                let asked = surroundings.clock()
                let round = try await round()
                storeFailures = 0
                if round.claimed == 0 || pausedUntil != nil {
                    // What was due already and was not to be had waits for somebody else: for the
                    // event before it, or for another courier's lease.
                    await rest(until: round.nextDue.flatMap { $0 > asked ? $0 : nil })
                }
            } catch {
                if Task.isCancelled { return }
                storeFailures += 1
                let seconds = min(
                    Limits.storeBackoffSecondsMax, Double(1 << min(storeFailures - 1, 10)))
                logger.warning(
                    "the outbox cannot be reached",
                    metadata: [
                        "receiver": "\(receiver.name)", "error": "\(error)",
                        "again_in_seconds": "\(seconds)",
                    ])
                // Rings are not heard here: what woke us would fail like the last time.
                if stopping { return }
                await rest(seconds: seconds)
            }
        }
    }

    /// Lets a receiver whose other side forgets tell again what stands, when it is time. Between two
    /// rounds, so that nothing older overtakes an end.
    private func repeatStanding() async {
        guard let seconds = receiver.repeatSeconds else { return }
        let now = surroundings.clock()
        if let repeatAt, now < repeatAt { return }
        repeatAt = now.adding(seconds: seconds)
        do throws(DeliveryFailure) {
            try await receiver.repeatStanding(at: now)
            repeatFails = false
        } catch {
            if repeatFails || Task.isCancelled { return }
            repeatFails = true
            logger.warning(
                "what stands could not be told again; tried again without further notice",
                metadata: ["receiver": "\(receiver.name)", "error": "\(error)"])
        }
    }

    /// Claims what is due and delivers it.
    func round() async throws -> CourierRound {
        if isGone { return CourierRound() }
        let now = surroundings.clock()
        if let pausedUntil {
            if now < pausedUntil { return CourierRound(nextDue: pausedUntil) }
            self.pausedUntil = nil
        }
        let claimed = try await outbox.claim(
            receivers: [receiver.name], limit: failuresInARow == 0 ? Limits.batch : 1,
            leaseSeconds: Limits.leaseSeconds, now: now)
        var delivered = 0
        for message in claimed {
            if let reason = reasonToHold(claimedAt: now) {
                try await putBack(message, because: reason)
            } else if try await hand(message) {
                delivered += message.deliveries.count
            }
        }
        if isGone { return CourierRound(claimed: claimed.count, delivered: delivered) }
        let next = try await outbox.nextDue(receivers: [receiver.name])
        let due = next.map { next in pausedUntil.map { max($0, next) } ?? next }
        return CourierRound(claimed: claimed.count, delivered: delivered, nextDue: due)
    }

    /// Why a claimed delivery is not begun; nil when it is.
    private func reasonToHold(claimedAt: Instant) -> String? {
        if stopping || Task.isCancelled { return "the courier stops" }
        if isGone { return "the receiver is gone" }
        if pausedUntil != nil { return "the receiver pauses after its last answer" }
        let elapsed = surroundings.clock().seconds(since: claimedAt)
        return elapsed > Limits.batchSeconds ? "the deliveries before it took too long" : nil
    }

    private func putBack(_ message: ClaimedMessage, because reason: String) async throws {
        let now = surroundings.clock()
        _ = try await outbox.settle(
            message,
            DeliveryAttempt(
                startedAt: now, endedAt: now, outcome: .snooze(until: pausedUntil ?? now),
                error: "not tried: \(reason)"))
    }

    /// Tries one message and writes down how that ended.
    /// - Returns: whether the receiver has it.
    private func hand(_ message: ClaimedMessage) async throws -> Bool {
        let startedAt = surroundings.clock()
        var attempt = DeliveryAttempt(
            startedAt: startedAt, endedAt: startedAt, outcome: .delivered)
        do throws(DeliveryFailure) {
            let receipt = try await receiver.deliver(message.message, at: startedAt)
            attempt.endedAt = surroundings.clock()
            attempt.status = receipt.status
            attempt.answer = receipt.answer
            failuresInARow = 0
            snoozes[message.message.id] = nil
        } catch {
            if Task.isCancelled {
                // We broke it off ourselves: neither the receiver's failure nor a try.
                try? await putBack(message, because: "the courier stops")
                return false
            }
            attempt.endedAt = surroundings.clock()
            attempt.status = error.status
            attempt.answer = error.answer
            attempt.error = error.description
            attempt.outcome = outcome(of: error, message, at: attempt.endedAt)
        }
        log(message, attempt)
        if try await !outbox.settle(message, attempt) {
            logger.notice(
                "a delivery was taken over by another courier before its end was written down",
                metadata: ["receiver": "\(receiver.name)", "message": "\(message.message.id)"])
        }
        return attempt.outcome == .delivered
    }

    /// What becomes of a failed delivery, and of the lane.
    private func outcome(
        of failure: DeliveryFailure, _ message: ClaimedMessage, at now: Instant
    ) -> DeliveryAttempt.Outcome {
        let tries = message.attempts + 1
        var floor = now
        switch failure.verdict {
        case .permanent:
            noteFailure(at: now)
            return .dead
        case .gone:
            noteGone()
            return .dead
        case .throttled(let asked?):
            let wait = min(max(asked, 1), Limits.snoozeSecondsMax)
            floor = now.adding(seconds: wait)
            let id = message.message.id
            let count = snoozes[id, default: 0]
            if count < Limits.snoozesMax {
                if snoozes.count >= Limits.snoozedMax { snoozes.removeAll() }
                snoozes[id] = count + 1
                // Nothing else goes to a receiver that asks for patience, but a long wait may be
                // meant for one message only: it is probed with the next one after a while.
                pause(until: floor, at: now)
                failuresInARow = max(failuresInARow, 1)
                return .snooze(until: floor)
            }
        case .throttled(nil):
            floor = now.adding(seconds: Limits.throttleSecondsMin)
        case .transient:
            break
        }
        noteFailure(at: now)
        guard
            let next = schedule.next(after: tries, now: now, jitter: surroundings.random())
        else { return .dead }
        return .retry(at: max(next, floor))
    }

    private func noteGone() {
        isGone = true
        logger.error(
            "a receiver is gone: nothing more is sent to it, what waits for it stays",
            metadata: [
                "receiver": "\(receiver.name)",
                "hint": """
                take it out of the configuration or mend its url, reload, then run \
                laborwatch deliveries retry
                """,
            ])
    }

    private func noteFailure(at now: Instant) {
        failuresInARow += 1
        let beyond = failuresInARow - Limits.failuresBeforePause
        guard beyond >= 0 else { return }
        let seconds = min(Limits.pauseSecondsMax, 5 * Double(1 << min(beyond, 10)))
        pause(until: now.adding(seconds: Int64(seconds)), at: now)
        if beyond == 0 {
            logger.warning(
                "a receiver keeps failing and is only probed from now on",
                metadata: ["receiver": "\(receiver.name)", "failures": "\(failuresInARow)"])
        }
    }

    private func pause(until wanted: Instant, at now: Instant) {
        pausedUntil = min(wanted, now.adding(seconds: Int64(Limits.pauseSecondsMax)))
    }

    /// Waits for a ring, the next due time or the poll, whichever comes first.
    private func rest(until due: Instant?) async {
        let seconds = due.map { $0.seconds(since: surroundings.clock()) } ?? Courier.pollSeconds
        let bell = bell
        let sleep = surroundings.sleep
        let bounded = min(max(seconds, Limits.restSecondsMin), Courier.pollSeconds)
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await bell.heard() }
            group.addTask { try? await sleep(bounded) }
            await group.next()
            group.cancelAll()
        }
    }

    /// Waits so long, whatever rings; only a stop or a cancellation ends it early.
    private func rest(seconds: Double) async {
        let until = surroundings.clock().adding(seconds: Int64(seconds))
        while !stopping, !Task.isCancelled, surroundings.clock() < until {
            await rest(until: until)
        }
    }

    private func log(_ message: ClaimedMessage, _ attempt: DeliveryAttempt) {
        var metadata: Logger.Metadata = [
            "receiver": "\(receiver.name)", "message": "\(message.message.id)",
            "deliveries": "\(message.deliveries.map { String($0.id) }.joined(separator: ","))",
            "try": "\(message.attempts + 1)",
        ]
        if let status = attempt.status { metadata["status"] = "\(status)" }
        if let error = attempt.error { metadata["error"] = "\(error)" }
        switch attempt.outcome {
        case .delivered: logger.info("an alert was delivered", metadata: metadata)
        case .retry, .snooze:
            logger.warning("an alert could not be delivered yet", metadata: metadata)
        case .dead: logger.error("an alert could not be delivered", metadata: metadata)
        }
    }
}
