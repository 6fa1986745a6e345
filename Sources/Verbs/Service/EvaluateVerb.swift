import Alerting
package import Daemon
import Deliver
import Detect
package import Labor
package import Logging
import Settings
import Source
import Store

/// `laborwatch evaluate`: runs one cycle, or prints what a cycle would find.
package struct EvaluateVerb: Sendable {
    private let components: Components
    private let logger: Logger

    /// The verb for a configuration.
    package init(_ components: Components, logger: Logger) {
        self.components = components
        self.logger = logger
    }

    /// Prints every finding as known at a moment, without changing state.
    package func dryRun(
        asOf: AsOf, format: Listing.Format, language: Language, to output: Output
    ) async throws {
        let reading = try await components.reader().read(asOf: asOf)
        let evaluation = Evaluator(rules: components.catalogue.rules).evaluate(
            reading.facts, asOf: asOf, scope: .all, watching: [])
        let lines = try evaluation.findings.map {
            try $0.json(reading.facts, language: language, asOf: asOf, zone: components.zone)
        }
        switch format {
        case .jsonl: for line in lines { output.write(JSONText.line(line) + "\n") }
        case .json: output.write(JSONText.line(.array(lines)) + "\n")
        case .text, .csv:
            let listing = EvaluateVerb.listing(evaluation.findings)
            output.write(
                listing.printed(format, language: language, isColoured: output.isTerminal))
        }
        logger.info(
            "evaluated",
            metadata: [
                "rows": "\(reading.rowsRead)", "findings": "\(lines.count)",
                "rejections": "\(reading.rejections.count)",
            ])
    }

    /// Runs one cycle and sends the due deliveries, for bureaus that run laborwatch from a timer.
    /// - Parameter full: whether to evaluate everything even if nothing changed.
    package func cycle(asOf: AsOf, full: Bool) async throws -> Engine.Outcome? {
        let now = SystemClock.now()
        guard asOf.day <= components.zone.day(now) else {
            throw Failure(
                exitCode: 2, "\(asOf.day) lies in the future",
                hint: "history goes forward only, so the daemon could not go on before that day; "
                    + "use --dry-run to look ahead")
        }
        return try await components.withStore(as: .store) {
            try await cycle(asOf: asOf, at: now, full: full, $0)
        }
    }

    private func cycle(
        asOf: AsOf, at now: Instant, full: Bool, _ store: PostgresStore
    ) async throws -> Engine.Outcome? {
        let holder = "evaluate:\(UInt64.random(in: 0...UInt64.max))"
        let tenure = LeaseKeeper(
            history: store, holder: holder,
            seconds: Int(components.configuration.store.lease.components.seconds), time: .machine)
        guard let lease = try await tenure.begin() else {
            throw Failure(
                exitCode: 3, "another laborwatch is evaluating this store",
                hint: "it does so by itself; use --dry-run to look without touching state")
        }
        do {
            let desk = components.desk(store)
            let outcome = try await tenure.held(lease) {
                // Pending requests are applied before the cycle, so that the cycle sees their
                // effect. Requests that arrived during the cycle are applied after it, because this
                // process then ends.
                _ = try await desk.applyPending(under: lease, now: SystemClock.now)
                let outcome = try await run(asOf: asOf, at: now, full: full, lease, store)
                _ = try await desk.applyPending(under: lease, now: SystemClock.now)
                try await deliver(store)
                return outcome
            }
            try await store.release(lease)
            return outcome
        } catch {
            try? await store.release(lease)
            throw error
        }
    }

    private func run(
        asOf: AsOf, at: Instant, full: Bool, _ lease: Lease, _ store: PostgresStore
    ) async throws -> Engine.Outcome? {
        let reader = try components.reader()
        let memory = try await store.recall()
        if let last = memory.lastAsOf, last > asOf.instant {
            throw Failure(
                exitCode: 2,
                "the store already looked as of \(components.zone.text(last)), later than asked for",
                hint: "history does not go back: use --dry-run to see what was known earlier")
        }
        if !full {
            if let last = memory.lastAsOf, components.zone.day(last) == asOf.day,
                let watermark = Watermark(texts: memory.watermarks),
                try await reader.changes(since: watermark, knownEnterprises: 0, asOf: asOf).isEmpty
            {
                return nil
            }
        }
        let engine = Engine(
            reader: reader, history: store, pipeline: components.pipeline(),
            monotonic: SystemClock.monotonic)
        return try await engine.cycle(asOf: asOf, at: at, lease: lease, full: true)
    }

    /// Sends the due deliveries, also those that an earlier run could not send.
    private func deliver(_ store: PostgresStore) async throws {
        let outlet = HTTPOutlet()
        do {
            let receivers = try components.receivers(
                deliveryLog: store, outlet: outlet, logger: logger)
            let courier = Courier(
                outbox: store, receivers: receivers, fallbacks: components.fallbacks,
                schedule: try components.schedule(), logger: logger, clock: SystemClock.now,
                monotonic: SystemClock.monotonic)
            while try await courier.round().delivered > 0 {}
            for receiver in receivers { await receiver.close() }
        } catch {
            try? await outlet.shutdown()
            throw error
        }
        try await outlet.shutdown()
    }

    private static func listing(_ findings: [Finding]) -> Listing {
        Listing(
            columns: [
                .init("tier", "等级", "tier"), .init("rule", "规则", "rule"),
                .init("subject", "对象", "subject"), .init("name", "名称", "name"),
                .init("period", "期间", "period"), .init("persons", "人数", "persons"),
                .init("share", "比例", "share"), .init("amount", "金额（元）", "amount (yuan)"),
            ],
            rows: findings.map { finding in
                [
                    .string((finding.raises ?? finding.holds)?.rawValue ?? ""),
                    .string(finding.rule.rawValue),
                    .string("\(finding.subject.type.rawValue):\(finding.subject.id)"),
                    .string(finding.subject.name), .string(finding.period.description),
                    finding.persons.map { .int(Int64($0)) } ?? .null,
                    finding.share.map { .double(($0 * 1e4).rounded() / 1e4) } ?? .null,
                    finding.amount.map(Money.yuanValue) ?? .null,
                ]
            })
    }
}
