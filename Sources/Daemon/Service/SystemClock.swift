import Dispatch
import Foundation
package import Labor

/// The machine's clocks. No other code reads them.
package enum SystemClock {
    /// The wall clock.
    @Sendable package static func now() -> Instant {
        Instant(microseconds: Int64((Date().timeIntervalSince1970 * 1e6).rounded(.down)))
    }

    /// Seconds on the monotonic clock.
    @Sendable package static func monotonic() -> Double {
        Double(DispatchTime.now().uptimeNanoseconds) / 1e9
    }
}
