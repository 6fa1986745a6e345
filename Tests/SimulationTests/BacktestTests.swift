import Alerting
import Daemon
import Foundation
import Labor
import Source
import Store
import Support
import Testing
import Verbs

/// What a backtest shows is what the daemon would have done.
struct BacktestTests {
    @Test(arguments: [(3, .month), (0xcafe, .month), (5, .week)] as [(UInt64, Replay.Step)])
    func `a backtest says what the daemon says on the same days`(
        seed: UInt64, every: Replay.Step
    ) async throws {
        let chronicle = Chronicle(seed: seed, months: 6, changesInPlace: false)
        try await withDatabase(template: migrated) { dsn in
            let daemon = try await Observatory(source: dsn, store: dsn)
            for step in chronicle.steps { try await daemon.send(step.statements) }
            let span = chronicle.span
            let replay = Replay(from: span.lowerBound, through: span.upperBound, every: every)
            for day in replay.days {
                _ = try await daemon.look(Chronicle.zone.end(of: day))
            }
            var told: [String: AlertNotice] = [:]
            for incidents in [false, true] {
                try await daemon.store.forEachEvent(in: EventWindow(incidents: incidents)) {
                    told[$0.event.id] = $0
                }
            }
            let tape = try await daemon.reader.tape(
                from: span.lowerBound.adding(1 - Observatory.windowMonths),
                through: Chronicle.zone.asOf(span.upperBound.lastDay))
            let backtest = Backtest(
                pipeline: daemon.pipeline, tape: tape, zone: Chronicle.zone)
            var count = 0
            _ = try backtest.run(replay) { notice in
                count += 1
                guard let other = told[notice.event.id] else {
                    Issue.record("the daemon does not know \(notice.event)")
                    return
                }
                // The store writes 5.0 as 5: the evidence is compared value by value.
                var event = other.event
                let evidence = try value(event.evidence)
                #expect(try evidence == value(notice.event.evidence), "seed \(seed)")
                event.evidence = notice.event.evidence
                #expect(event == notice.event, "seed \(seed)")
                #expect(other.texts == notice.texts, "seed \(seed)")
            }
            #expect(count == told.count)
            #expect(count > 50)
            await daemon.close()
        }
    }

    private func value(_ evidence: Evidence) throws -> JSONValue {
        try JSONDecoder().decode(JSONValue.self, from: Data(evidence.json().utf8))
    }
}
