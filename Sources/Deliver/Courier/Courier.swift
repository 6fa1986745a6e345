package import Alerting
package import Labor
package import Logging

/// The result of one round of a courier.
package struct CourierRound: Hashable, Sendable {
    /// The number of deliveries that were claimed.
    package var claimed: Int
    /// The number of claimed deliveries that the receivers accepted.
    package var delivered: Int
    /// When the next pending delivery is due; nil when none is pending.
    package var nextDue: Instant?

    /// Creates a round. Each argument sets the property of the same name.
    package init(claimed: Int = 0, delivered: Int = 0, nextDue: Instant? = nil) {
        self.claimed = claimed
        self.delivered = delivered
        self.nextDue = nextDue
    }
}

/// Claims deliveries from the outbox and passes them to their receivers.
///
/// Each receiver has its own lane, so a receiver that hangs or fails never delays another one. A
/// lane sends one delivery after the other. Delivery is at least once: a delivery that was sent but
/// not recorded is sent again with the same event id.
package struct Courier: Sendable {
    /// Seconds between two reads of the outbox when nothing wakes the courier.
    package static let pollSeconds = 5.0
    /// Seconds that running deliveries get to finish after the courier is asked to stop.
    package static let graceSeconds = 5.0

    private let lanes: [Lane]
    private let sleep: @Sendable (Double) async throws -> Void

    /// A courier for receivers with different names.
    /// - Parameters:
    ///   - fallbacks: the fallback receiver for each receiver, by name. It gets the deliveries that
    ///     are abandoned.
    ///   - clock: the wall clock, for due times and attempts.
    ///   - monotonic: seconds of a monotonic clock, for pauses; nil for the wall clock.
    ///   - random: a number in 0 ..< 1 for the jitter of each retry.
    ///   - sleep: waits a number of seconds; throws when the task is cancelled.
    package init(
        outbox: any Outbox, receivers: [any Receiver], fallbacks: [String: String] = [:],
        schedule: RetrySchedule = .standard, logger: Logger,
        clock: @escaping @Sendable () -> Instant,
        monotonic: (@Sendable () -> Double)? = nil,
        random: @escaping @Sendable () -> Double = { .random(in: 0..<1) },
        sleep: @escaping @Sendable (Double) async throws -> Void = {
            try await Task.sleep(for: .seconds($0))
        }
    ) {
        precondition(
            Set(receivers.map(\.name)).count == receivers.count, "receivers have different names")
        self.sleep = sleep
        let surroundings = Surroundings(
            clock: clock, monotonic: monotonic ?? { Double(clock().microseconds) / 1e6 },
            random: random, sleep: sleep)
        lanes = receivers.map { receiver in
            Lane(
                receiver: receiver, fallback: fallbacks[receiver.name], outbox: outbox,
                schedule: schedule, logger: logger, surroundings: surroundings)
        }
    }

    /// One round: claims the due deliveries, sends them, with the receivers in parallel, and
    /// records the result of each attempt.
    /// - Throws: the store's error, after the other receivers have finished. Deliveries that are
    ///   still claimed become free when their claim expires.
    package func round() async throws -> CourierRound {
        try await withThrowingTaskGroup(of: Result<CourierRound, any Error>.self) { group in
            for lane in lanes {
                group.addTask {
                    do {
                        return .success(try await lane.round())
                    } catch {
                        return .failure(error)
                    }
                }
            }
            var sum = CourierRound()
            var failure: (any Error)?
            for try await result in group {
                switch result {
                case .success(let round): sum.add(round)
                case .failure(let error): failure = error
                }
            }
            if let failure { throw failure }
            return sum
        }
    }

    /// Runs until `wake` finishes or the task is cancelled; it may be run again afterwards. Each
    /// element of `wake` means that there may be new deliveries.
    ///
    /// When `wake` finishes, no more deliveries are claimed, running deliveries get `graceSeconds`
    /// to finish, the other claimed deliveries are released, and `run` returns. When the task is
    /// cancelled, running deliveries are aborted and retried later. Errors of the store are logged
    /// and retried after a growing pause.
    /// - Throws: `CancellationError` when the task was cancelled.
    package func run(wake: AsyncStream<Void>) async throws {
        enum Ending { case lane, wake, grace }
        for lane in lanes { await lane.begin() }
        await withTaskGroup(of: Ending.self) { [lanes, sleep] group in
            for lane in lanes {
                group.addTask {
                    await lane.run()
                    return .lane
                }
            }
            group.addTask {
                for await _ in wake {
                    for lane in lanes { lane.bell.ring() }
                }
                return .wake
            }
            var running = lanes.count
            while let ending = await group.next() {
                switch ending {
                case .lane:
                    running -= 1
                    if running == 0 { group.cancelAll() }
                case .wake:
                    for lane in lanes { await lane.stop() }
                    if running == 0 { continue }
                    group.addTask {
                        try? await sleep(Courier.graceSeconds)
                        return .grace
                    }
                case .grace:
                    group.cancelAll()
                }
            }
        }
        try Task.checkCancellation()
    }
}

extension CourierRound {
    fileprivate mutating func add(_ other: CourierRound) {
        claimed += other.claimed
        delivered += other.delivered
        nextDue = [nextDue, other.nextDue].compactMap(\.self).min()
    }
}
