import Alerting
import Crypto
import Labor
import Logging

/// Sends the deliveries of one receiver, one after the other.
///
/// A receiver that fails repeatedly is only probed with one delivery at a time, with growing
/// pauses, so that its pending deliveries do not use up their attempts. A receiver that reports it
/// no longer exists is disabled until a person enables it or its address changes. Meanwhile its
/// deliveries go to its fallback receiver; without a fallback they stay pending.
///
/// Pauses are measured with a monotonic clock, so that a jump of the wall clock neither shortens
/// nor extends them.
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
    /// The end of the pause on the monotonic clock, microseconds; nil without a pause.
    private var pausedUntil: Int64?
    private var snoozes: [String: Int] = [:]
    private var stopping = false
    private var repeatAt: Instant?
    private var repeatFails = false
    private var presence = Presence.unknown

    /// Whether the receiver is enabled, as far as the lane knows.
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

    /// Allows claims again after `stop`: a daemon that lost the lease may get it back.
    func begin() {
        stopping = false
    }

    /// Stops claiming; deliveries that are already claimed are released.
    func stop() {
        stopping = true
        bell.ring()
    }

    /// Runs rounds until the lane is stopped or its task is cancelled.
    func run() async {
        var storeFailures = 0
        while !stopping, !Task.isCancelled {
            await repeatStanding()
            do {
                let asked = surroundings.clock()
                let round = try await round()
                storeFailures = 0
                if round.claimed == 0 || pausedUntil != nil {
                    // A delivery that was due but could not be claimed waits for another one: for
                    // the earlier event of its episode, or for the claim of another courier to
                    // expire.
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
                // Rings do not end this pause: another attempt now would fail like the last one.
                if stopping { return }
                await rest(seconds: seconds)
            }
        }
    }

    /// Lets a receiver repeat its open alerts when the interval has passed, for remote ends that
    /// forget alerts which are not repeated. It runs between two rounds, so that an older state
    /// never overtakes an end.
    private func repeatStanding() async {
        guard let seconds = receiver.repeatSeconds else { return }
        // A receiver that was disabled in an earlier run stays disabled in this run. If the store
        // does not answer this query, it cannot list the open alerts either.
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
                "open alerts could not be repeated; the retries are not logged",
                metadata: ["receiver": "\(receiver.name)", "error": "\(error)"])
        }
    }

    /// Claims the due deliveries and sends them.
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

    /// Reads from the store whether the receiver is disabled, by an earlier run or this one.
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

    /// Passes the deliveries of a disabled receiver to its fallback; without a fallback they stay
    /// pending.
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
                    startedAt: now, endedAt: now, outcome: .dead, wasTried: false,
                    error: "not tried: the receiver is disabled: \(reason)", fallback: fallback))
        }
        let count = claimed.reduce(0) { $0 + $1.deliveries.count }
        let next = try await outbox.nextDue(receivers: [receiver.name])
        return CourierRound(claimed: count, nextDue: next)
    }

    /// The end of the current pause on the wall clock as it is now; nil without a pause.
    private func pauseEnd() -> Instant? {
        pausedUntil.map { surroundings.moment(ofTicks: $0) }
    }

    /// The reason not to start a claimed delivery; nil when it may start.
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
                wasTried: false, error: "not tried: \(reason)"))
    }

    /// Sends one message and records the result of the attempt.
    /// - Returns: whether the receiver accepted the message.
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
                // The courier aborted the request itself, so this is neither a failure of the
                // receiver nor an attempt.
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
                // The receiver is disabled before the message is recorded as dead, because
                // `disabledReason` is read before every attempt.
                try await outbox.disable(
                    receiver: receiver.name, fingerprint: fingerprint, reason: reason,
                    at: attempt.endedAt)
            }
        }
        log(message, attempt)
        if try await !outbox.settle(message, attempt) {
            logger.notice(
                "another courier took over a delivery before its result was recorded",
                metadata: ["receiver": "\(receiver.name)", "message": "\(message.message.id)"])
        }
        return attempt.outcome == .delivered
    }

    /// The outcome of a failed delivery. It also updates the lane's failure count, pause and
    /// presence.
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
                // During the wait the lane sends nothing else. A long wait may concern only this
                // message, so the pause is at most `pauseSecondsMax`, and the next delivery then
                // probes the receiver.
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
            "a receiver no longer exists and is disabled",
            metadata: [
                "receiver": "\(receiver.name)", "reason": "\(reason)",
                "instead": "\(fallback ?? "none, its deliveries stay pending")",
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
                "a receiver fails repeatedly and is only probed now",
                metadata: ["receiver": "\(receiver.name)", "failures": "\(failuresInARow)"])
        }
    }

    private func pause(seconds: Double) {
        pausedUntil = surroundings.ticks(in: min(seconds, Limits.pauseSecondsMax))
    }

    /// Waits for a ring, the next due time or the poll interval, whichever comes first.
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

    /// Waits for a number of seconds regardless of rings. Only `stop` or a cancellation ends the
    /// wait early.
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

/// The SHA-256 of a text in hexadecimal. It is used instead of the address, which may contain a
/// secret.
private func digest(_ text: String) -> String {
    SHA256.hash(data: Array(text.utf8)).map { byte in
        (byte < 16 ? "0" : "") + String(byte, radix: 16)
    }.joined()
}
