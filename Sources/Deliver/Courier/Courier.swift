package import Alerting
package import Labor
package import Logging

/// What one round of a courier did.
package struct CourierRound: Hashable, Sendable {
    /// Deliveries claimed.
    package var claimed: Int
    /// Of these, how many the receivers have now.
    package var delivered: Int
    /// When the next one falls due; nil when none waits.
    package var nextDue: Instant?

    /// A round from its parts.
    package init(claimed: Int = 0, delivered: Int = 0, nextDue: Instant? = nil) {
        self.claimed = claimed
        self.delivered = delivered
        self.nextDue = nextDue
    }
}

/// Takes deliveries out of the outbox and hands them to their receivers.
///
/// Every receiver has a lane of its own, so that one which hangs or fails never delays another;
/// within a lane deliveries follow one after the other. Delivery is at least once: what was handed
/// over but not written down comes again with the same event id.
package struct Courier: Sendable {
    /// Seconds between two looks at the outbox when nobody wakes the courier.
    package static let pollSeconds = 5.0
    /// Seconds that deliveries in flight have to end once the courier is told to stop.
    package static let graceSeconds = 5.0

    private let lanes: [Lane]
    private let sleep: @Sendable (Double) async throws -> Void

    /// A courier for some receivers, whose names must differ.
    /// - Parameters:
    ///   - fallbacks: who is told instead of whom when a delivery is given up, by name.
    ///   - clock: what time it is, for due times and attempts.
    ///   - monotonic: seconds on a clock that nobody sets, for pauses; `clock` where it is left out.
    ///   - random: a number from 0 up to 1 for the jitter of each retry.
    ///   - sleep: waits so many seconds, or throws when the task is cancelled.
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

    /// One round: claims what is due, delivers it (the receivers side by side) and writes down how
    /// each try ended.
    /// - Throws: the store's error, after the other receivers have finished theirs. What was
    ///   claimed meanwhile falls free when its lease ends.
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

    /// Runs until `wake` finishes or the task is cancelled, and may be run again after that; each
    /// element of `wake` means that there may be something new.
    ///
    /// When `wake` finishes, nothing more is claimed, deliveries in flight get `graceSeconds` to
    /// end, the rest of what was claimed is put back, and it returns. When the task is cancelled,
    /// deliveries in flight are broken off and come again. Errors of the store are logged and tried
    /// again after a growing pause.
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
