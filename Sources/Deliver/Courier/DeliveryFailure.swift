/// A receiver did not accept a message. The verdict decides about the next attempt.
package struct DeliveryFailure: Error, Hashable, Sendable, CustomStringConvertible {
    /// The consequence for the delivery.
    package enum Verdict: Hashable, Sendable {
        /// The failure may be temporary: retry by the schedule.
        case transient
        /// The receiver requested a lower rate. `retryAfter` is the wait that it requested,
        /// seconds; nil when it named none. A try with a requested wait does not count as an
        /// attempt.
        case throttled(retryAfter: Int64?)
        /// The failure is permanent: the delivery becomes a dead letter at once.
        case permanent
        /// The receiver no longer exists. The delivery becomes a dead letter at once, and the
        /// receiver is disabled until it is enabled again or its address changes.
        case gone
    }

    /// What went wrong, one sentence without secrets.
    package var message: String
    /// The HTTP status; nil when there was no answer.
    package var status: Int?
    /// The beginning of the answer, at most 1,024 bytes of valid UTF-8; nil when there was no
    /// answer.
    package var answer: String?
    /// The consequence for the delivery.
    package var verdict: Verdict
    /// What a person can do about the failure; nil when no advice is known.
    package var hint: String?

    /// Creates a failure. Each argument sets the property of the same name; an answer that is too
    /// long is cut.
    package init(
        message: String, status: Int? = nil, answer: String? = nil, verdict: Verdict,
        hint: String? = nil
    ) {
        self.message = message
        self.status = status
        self.answer = answer.flatMap { Excerpt.of(Array($0.utf8)) }
        self.verdict = verdict
        self.hint = hint
    }

    /// The message and, if there is a hint, the hint.
    package var description: String {
        hint.map { "\(message); \($0)" } ?? message
    }
}

/// A receiver cannot be built from its settings.
package struct ReceiverError: Error, Hashable, Sendable, CustomStringConvertible {
    /// A stable code for programs: `secret_invalid`, `url_invalid`, `schedule_invalid` …
    package var code: String
    /// The mistake in the settings, one sentence without secrets.
    package var message: String
    /// The correction.
    package var hint: String

    /// Creates an error. Each argument sets the property of the same name.
    package init(code: String, message: String, hint: String) {
        self.code = code
        self.message = message
        self.hint = hint
    }

    /// The message and the hint.
    package var description: String { "\(message); \(hint)" }

    /// Throws when a receiver's time limit of one request, seconds, is out of range.
    static func checkTimeout(_ seconds: Double, of receiver: String) throws(ReceiverError) {
        guard seconds > 0, seconds <= Limits.timeoutSecondsMax else {
            throw ReceiverError(
                code: "timeout_invalid",
                message: "the receiver \(receiver) has a timeout of \(seconds) s instead of "
                    + "more than 0 and at most 30 s",
                hint: "leave it out for 20 s")
        }
    }
}
