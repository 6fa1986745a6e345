import Alerting
import Crypto
import Labor
import Logging

/// The deliveries of one receiver, one after the other.
///
/// A receiver that keeps failing is only probed, with growing pauses, so that its backlog does not
/// burn its tries while nobody is there. One that says it is gone gets nothing more until somebody
/// enables it or its address changes: what waits for it goes to its fallback, or stays.
///
/// Pauses are measured by a clock that nobody sets, so that a jump of the wall clock neither ends
/// nor prolongs them.
actor Lane {
    nonisolated let bell = Bell()

    private let receiver: any Receiver
    private let fallback: String?
    private let fingerprint: String
    private let outbox: any Outbox
    private let schedule: RetrySchedule
    private let logger: Logger
    private let surroundings: Surroundings
    private var failuresInARow = 0
    /// By the clock that nobody sets, microseconds.
    private var pausedUntil: Int64?
    private var snoozes: [String: Int] = [:]
    private var stopping = false
    private var repeatAt: Instant?
    private var repeatFails = false
    private var presence = Presence.unknown

    /// Whether the receiver may be told.
    private enum Presence: Equatable {
        case unknown
        case here
        case gone(String)
    }

    init(
        receiver: any Receiver, fallback: String?, outbox: any Outbox, schedule: RetrySchedule,
        logger: Logger, surroundings: Surroundings
    ) {
        self.receiver = receiver
        self.fallback = fallback
        fingerprint = digest(receiver.address)
        self.outbox = outbox
        self.schedule = schedule
        self.logger = logger
        self.surroundings = surroundings
    }

    /// Claims again after it was stopped: whoever lost the right to deliver may get it back.
    func begin() {
        stopping = false
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
        // Whoever was gone in an earlier run gets nothing in this one either; a store that cannot
        // say whether it was cannot say what stands.
        if presence == .unknown { try? await look() }
        guard presence == .here else { return }
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
        if presence != .here { try await look() }
        if case .gone(let reason) = presence { return try await passOn(because: reason) }
        let now = surroundings.clock()
        if let pausedUntil {
            if surroundings.ticks < pausedUntil { return CourierRound(nextDue: pauseEnd()) }
            self.pausedUntil = nil
        }
        let begun = surroundings.ticks
        let claimed = try await outbox.claim(
            receivers: [receiver.name], limit: failuresInARow == 0 ? Limits.batch : 1,
            leaseSeconds: Limits.leaseSeconds, now: now)
        var delivered = 0
        for message in claimed {
            if let reason = reasonToHold(claimedAt: begun) {
                try await putBack(message, because: reason)
            } else if try await hand(message) {
                delivered += message.deliveries.count
            }
        }
        let count = claimed.reduce(0) { $0 + $1.deliveries.count }
        if delivered > 0 {
            logger.info(
                "alerts were delivered",
                metadata: ["receiver": "\(receiver.name)", "deliveries": "\(delivered)"])
        }
        if presence != .here { return CourierRound(claimed: count, delivered: delivered) }
        let next = try await outbox.nextDue(receivers: [receiver.name])
        let due = next.map { next in max(next, pauseEnd() ?? next) }
        return CourierRound(claimed: count, delivered: delivered, nextDue: due)
    }

    /// Asks whether the receiver was gone, in an earlier run or in this one, and still is.
    private func look() async throws {
        let reason = try await outbox.disabledReason(
            receiver: receiver.name, fingerprint: fingerprint, at: surroundings.clock())
        guard let reason else {
            if case .gone = presence {
                logger.notice(
                    "a receiver was enabled again", metadata: ["receiver": "\(receiver.name)"])
                failuresInARow = 0
                pausedUntil = nil
            }
            presence = .here
            return
        }
        if presence == .unknown { warn(reason) }
        presence = .gone(reason)
    }

    /// Gives what waits for a receiver that is gone to its fallback; without one it stays.
    private func passOn(because reason: String) async throws -> CourierRound {
        guard fallback != nil, !stopping else { return CourierRound() }
        let now = surroundings.clock()
        let claimed = try await outbox.claim(
            receivers: [receiver.name], limit: Limits.batch, leaseSeconds: Limits.leaseSeconds,
            now: now)
        for message in claimed {
            _ = try await outbox.settle(
                message,
                DeliveryAttempt(
                    startedAt: now, endedAt: now, outcome: .dead,
                    error: "not tried: the receiver is disabled: \(reason)", fallback: fallback))
        }
        let count = claimed.reduce(0) { $0 + $1.deliveries.count }
        let next = try await outbox.nextDue(receivers: [receiver.name])
        return CourierRound(claimed: count, nextDue: next)
    }

    /// The end of the present pause, by the wall clock as it stands.
    private func pauseEnd() -> Instant? {
        pausedUntil.map { surroundings.moment(ofTicks: $0) }
    }

    /// Why a claimed delivery is not begun; nil when it is.
    private func reasonToHold(claimedAt: Int64) -> String? {
        if stopping || Task.isCancelled { return "the courier stops" }
        if presence != .here { return "the receiver is gone" }
        if pausedUntil != nil { return "the receiver pauses after its last answer" }
        let elapsed = Double(surroundings.ticks - claimedAt) / 1e6
        return elapsed > Limits.batchSeconds ? "the deliveries before it took too long" : nil
    }

    private func putBack(_ message: ClaimedMessage, because reason: String) async throws {
        let now = surroundings.clock()
        _ = try await outbox.settle(
            message,
            DeliveryAttempt(
                startedAt: now, endedAt: now, outcome: .snooze(until: pauseEnd() ?? now),
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
            attempt.fallback = fallback
            if case .gone(let reason) = presence {
                // First for good, then the message: what is disabled is asked about before a try.
                try await outbox.disable(
                    receiver: receiver.name, fingerprint: fingerprint, reason: reason,
                    at: attempt.endedAt)
            }
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
            noteFailure()
            return .dead
        case .gone:
            presence = .gone(failure.message)
            warn(failure.message)
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
                pause(seconds: Double(wait))
                failuresInARow = max(failuresInARow, 1)
                return .snooze(until: floor)
            }
        case .throttled(nil):
            floor = now.adding(seconds: Limits.throttleSecondsMin)
        case .transient:
            break
        }
        noteFailure()
        guard
            let next = schedule.next(after: tries, now: now, jitter: surroundings.random())
        else { return .dead }
        return .retry(at: max(next, floor))
    }

    private func warn(_ reason: String) {
        logger.error(
            "a receiver is gone: nothing more is sent to it",
            metadata: [
                "receiver": "\(receiver.name)", "reason": "\(reason)",
                "instead": "\(fallback ?? "nobody, what waits for it stays")",
                "hint": """
                mend its url and reload, or run laborwatch receivers enable \(receiver.name) when \
                it is back
                """,
            ])
    }

    private func noteFailure() {
        failuresInARow += 1
        let beyond = failuresInARow - Limits.failuresBeforePause
        guard beyond >= 0 else { return }
        let seconds = min(Limits.pauseSecondsMax, 5 * Double(1 << min(beyond, 10)))
        pause(seconds: seconds)
        if beyond == 0 {
            logger.warning(
                "a receiver keeps failing and is only probed from now on",
                metadata: ["receiver": "\(receiver.name)", "failures": "\(failuresInARow)"])
        }
    }

    private func pause(seconds: Double) {
        pausedUntil = surroundings.ticks(in: min(seconds, Limits.pauseSecondsMax))
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
        let until = surroundings.ticks(in: seconds)
        while !stopping, !Task.isCancelled, surroundings.ticks < until {
            await rest(until: surroundings.moment(ofTicks: until))
        }
    }

    private func log(_ message: ClaimedMessage, _ attempt: DeliveryAttempt) {
        var metadata: Logger.Metadata = [
            "receiver": "\(receiver.name)", "message": "\(message.message.id)",
            "deliveries": "\(DeliveryWords.text(message.deliveries.map(\.id)))",
            "try": "\(message.attempts + 1)",
        ]
        if let status = attempt.status { metadata["status"] = "\(status)" }
        if let error = attempt.error { metadata["error"] = "\(error)" }
        switch attempt.outcome {
        case .delivered: logger.debug("an alert was delivered", metadata: metadata)
        case .retry, .snooze:
            logger.warning("an alert could not be delivered yet", metadata: metadata)
        case .dead: logger.error("an alert could not be delivered", metadata: metadata)
        }
    }
}

/// The SHA-256 of a text in hexadecimal: an address may hold a secret.
private func digest(_ text: String) -> String {
    SHA256.hash(data: Array(text.utf8)).map { byte in
        (byte < 16 ? "0" : "") + String(byte, radix: 16)
    }.joined()
}
