import Alerting
import Labor

/// The meaning of the reasons of events and deliveries, in words.
enum ReasonWords {
    /// The meaning of a reason's text; nil for a text that is not a reason.
    static func words(_ reason: String, _ language: Language) -> String? {
        Reason(rawValue: reason)?.words(in: language)
            ?? DeliveryReason(reason)?.words(in: language)
    }
}
