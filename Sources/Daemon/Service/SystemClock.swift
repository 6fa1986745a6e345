import Dispatch
import Foundation
package import Labor

/// The machine's clocks; the only place that asks what time it is.
package enum SystemClock {
    /// The wall clock.
    @Sendable package static func now() -> Instant {
        Instant(microseconds: Int64((Date().timeIntervalSince1970 * 1e6).rounded(.down)))
    }

    /// Seconds on the clock that never jumps.
    @Sendable package static func monotonic() -> Double {
        Double(DispatchTime.now().uptimeNanoseconds) / 1e9
    }
}
