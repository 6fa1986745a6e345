/// That a receiver did not take a notice, and what that means for the next try.
package struct DeliveryFailure: Error, Hashable, Sendable, CustomStringConvertible {
    /// What becomes of the delivery.
    package enum Verdict: Hashable, Sendable {
        /// It may go well later: tried again by the schedule.
        case transient
        /// The receiver asks for less haste; seconds to wait where it named them. A named wait does
        /// not use up a try.
        case throttled(retryAfter: Int64?)
        /// It will never go well: a dead letter at once.
        case permanent
        /// There is nobody any more: a dead letter at once, and nothing else is sent there until
        /// somebody looked after it.
        case gone
    }

    /// What went wrong, one sentence without secrets.
    package var message: String
    /// The HTTP status, where there was an answer.
    package var status: Int?
    /// The beginning of the answer, at most one kilobyte of valid UTF-8.
    package var answer: String?
    /// What becomes of the delivery.
    package var verdict: Verdict
    /// What a person can do about it.
    package var hint: String?

    /// A failure from its parts. A longer answer is cut.
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

    /// The message and, where there is one, the hint.
    package var description: String {
        hint.map { "\(message); \($0)" } ?? message
    }
}

/// That a receiver cannot be built from its settings.
package struct ReceiverError: Error, Hashable, Sendable, CustomStringConvertible {
    /// A word for programs: `secret_invalid`, `url_invalid`, `schedule_invalid`.
    package var code: String
    /// What is wrong, one sentence without secrets.
    package var message: String
    /// What to do about it.
    package var hint: String

    /// An error from its parts.
    package init(code: String, message: String, hint: String) {
        self.code = code
        self.message = message
        self.hint = hint
    }

    /// The message and the hint.
    package var description: String { "\(message); \(hint)" }
}
