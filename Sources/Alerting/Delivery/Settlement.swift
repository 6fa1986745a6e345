package import Labor

/// Why a tried delivery waits for its next try.
package struct Postponement: Hashable, Sendable {
    /// The time of the next try by the retry schedule; nil when the schedule did not set the wait.
    package var scheduledAt: Instant?
    /// Whether the first success of another delivery to the receiver makes this one due at once. A
    /// delivery that the receiver asked to postpone keeps its time. So does a delivery whose last
    /// try was itself brought forward and failed: it must not use up its tries at each success of
    /// others.
    package var mayComeForward: Bool

    /// Creates a postponement. Each argument sets the property of the same name. Without arguments
    /// it is the postponement of a delivery that was never tried.
    package init(scheduledAt: Instant? = nil, mayComeForward: Bool = false) {
        self.scheduledAt = scheduledAt
        self.mayComeForward = mayComeForward
    }

    /// The postponement after another try.
    func after(_ attempt: DeliveryAttempt) -> Postponement {
        switch attempt.outcome {
        case _ where !attempt.wasTried && !attempt.outcome.isFinal: self
        case .retry(let at):
            Postponement(
                scheduledAt: at,
                mayComeForward: scheduledAt.map { attempt.startedAt >= $0 } ?? true)
        case .delivered, .snooze, .dead: Postponement()
        }
    }
}

/// The result of a try for one claimed delivery.
///
/// | outcome | state | counted tries | next try |
/// | --- | --- | --- | --- |
/// | delivered | delivered | + 1 | – |
/// | retry | pending | + 1 | by the retry schedule |
/// | snooze | pending | + 0 | by the receiver, or by the courier that returns the delivery |
/// | dead | dead; the fallback gets the event (`DeliveryPlan.fallBack`) | + 1 | – |
///
/// A result counts only while the delivery still has the claim's token.
package struct Settlement: Hashable, Sendable {
    /// The new state.
    package var state: DeliveryState
    /// The number of tries that counted.
    package var attempts: Int
    /// When the next try is due; nil after the last try.
    package var nextAttemptAt: Instant?
    /// When the delivery finished; nil while it is pending.
    package var finishedAt: Instant?
    /// Why the delivery waits.
    package var postponement: Postponement

    /// The result of a try of a delivery.
    package init(of delivery: ClaimedDelivery, by attempt: DeliveryAttempt) {
        state = attempt.outcome.state
        attempts = delivery.attempts + (attempt.outcome.countsAsTry ? 1 : 0)
        nextAttemptAt = attempt.outcome.nextAttemptAt
        finishedAt = attempt.outcome.isFinal ? attempt.endedAt : nil
        postponement = delivery.postponement.after(attempt)
    }
}

extension DeliveryAttempt.Outcome {
    /// The code of the outcome in the log of tries.
    package var word: String {
        switch self {
        case .delivered: "delivered"
        case .retry: "retry"
        case .snooze: "snooze"
        case .dead: "dead"
        }
    }

    /// The new state of the delivery.
    package var state: DeliveryState {
        switch self {
        case .delivered: .delivered
        case .retry, .snooze: .pending
        case .dead: .dead
        }
    }

    /// When the next try is due; nil after the last try.
    package var nextAttemptAt: Instant? {
        switch self {
        case .retry(let at), .snooze(let at): at
        case .delivered, .dead: nil
        }
    }

    /// Whether the delivery is finished, unless a person makes it pending again.
    package var isFinal: Bool { state != .pending }

    /// Whether the try counts against the maximum number of tries.
    package var countsAsTry: Bool {
        if case .snooze = self { return false }
        return true
    }
}
