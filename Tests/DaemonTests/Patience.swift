import Foundation

/// What a test waited for did not come in time.
struct NotInTime: Error, CustomStringConvertible {
    var what: String
    var description: String { "\(what): not in time" }
}

/// Asks again and again until there is an answer; the clock that is handed in measures the pauses.
///
/// - Parameter limit: when it gives up, which only a failing test does.
func eventually<Answer>(
    _ what: String, within limit: Duration = .seconds(180),
    clock: any Clock<Duration> = ContinuousClock(), _ ask: () async throws -> Answer?
) async throws -> Answer {
    try await patiently(what, limit, clock, ask)
}

/// Waits until a condition holds.
func eventually(
    _ what: String, within limit: Duration = .seconds(180),
    clock: any Clock<Duration> = ContinuousClock(), _ holds: () async throws -> Bool
) async throws {
    try await patiently(what, limit, clock) { try await holds() ? () : nil }
}

private func patiently<Answer, Ticks: Clock>(
    _ what: String, _ limit: Duration, _ clock: Ticks, _ ask: () async throws -> Answer?
) async throws -> Answer where Ticks.Duration == Duration {
    let deadline = clock.now.advanced(by: limit)
    while true {
        if let answer = try await ask() { return answer }
        guard clock.now < deadline else { throw NotInTime(what: what) }
        try await clock.sleep(until: clock.now.advanced(by: .milliseconds(25)), tolerance: nil)
    }
}
