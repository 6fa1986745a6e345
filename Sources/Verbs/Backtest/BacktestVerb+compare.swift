import Alerting
package import Daemon
import Detect
import Labor
import Settings

extension BacktestVerb {
    /// Replays the rules of two configurations on this configuration's source. Prints the events
    /// that only one of them raises, and then a line with the counts.
    package func compare(
        _ first: Components, _ second: Components, _ request: Request, to output: Output
    ) async throws {
        try request.checkRules((first.catalogue.rules + second.catalogue.rules).map(\.id))
        let (replay, tape) = try await material(request)
        func notices(_ name: String, _ components: Components) -> [AlertNotice] {
            var told: [AlertNotice] = []
            let bar = Progress("backtest \(name)", total: replay.days.count)
            _ = Backtest(
                pipeline: components.pipeline(waits: false), tape: tape, zone: self.components.zone
            )
            .run(replay, progress: bar.show) { notice in
                if request.wants(notice.event) { told.append(notice) }
            }
            bar.end()
            return told
        }
        let comparison = BacktestComparison(notices("A", first), notices("B", second))
        let zone = components.zone
        let listing = Listing(
            columns: [.init("only_in", "仅见于", "only in")] + EventListing.columns,
            rows: comparison.differences.map { side, notice in
                [.string(side.rawValue)] + EventListing.row(notice, request.language, zone)
            })
        output.write(
            listing.printed(
                request.format, language: request.language, isColoured: output.isTerminal))
        output.write(
            JSONText.line(
                .object([
                    "summary": .object([
                        "only_a": .int(Int64(comparison.count(.first))),
                        "only_b": .int(Int64(comparison.count(.second))),
                        "both": .int(Int64(comparison.both)),
                    ])
                ])) + "\n")
    }
}
