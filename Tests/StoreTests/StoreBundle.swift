import Alerting
import Labor
import Postgres
import Store
import Support

/// A store in a database of its own, and a plain connection to look behind it.
struct Bench: DatabaseBench {
    let store: PostgresStore
    let sql: Connection
    let dsn: String

    /// A second store in the same database, as another daemon has it.
    func another() -> PostgresStore {
        PostgresStore(ConnectionOptions(dsn: dsn))
    }

    /// Takes the lease for a daemon of the test.
    func lease(_ holder: String = "host:1:test") async throws -> Lease {
        guard let lease = try await store.acquireLease(holder: holder, seconds: 60) else {
            throw StoreError(.leaseLost, "the test did not get the lease")
        }
        return lease
    }

    /// Commits episodes, events and orders under a lease of their own.
    func commit(_ story: Story, _ receivers: [String] = ["file"]) async throws {
        try await store.commit(story.record(receivers), under: lease())
    }
}

func withStore(_ body: (Bench) async throws -> Void) async throws {
    try await withConnectedDatabase(template: migrated) { dsn, sql in
        let store = PostgresStore(ConnectionOptions(dsn: dsn))
        do {
            try await body(Bench(store: store, sql: sql, dsn: dsn))
        } catch {
            await store.close()
            throw error
        }
        await store.close()
    }
}

/// Noon of a day of the test's calendar, in universal time.
func noon(_ day: Int) -> Instant {
    Instant(seconds: 1_793_880_000).adding(seconds: Int64(day) * 86_400)
}

/// One episode's life, told event by event as the machine would.
struct Story {
    var episode: Episode
    var notices: [AlertNotice] = []

    /// A firing episode of an enterprise, not told yet.
    init(_ number: Int, tier: Tier = .yellow, rule: RuleID = "layoff.statutory") {
        let key = EpisodeKey(rule: rule, subjectType: .enterprise, subjectID: "\(number)")
        let period = Period(year: 2026, month: 10)
        episode = Episode(
            id: AlertID(key, firstAsOf: noon(0)), rule: rule, kind: .layoff,
            subject: Subject(
                type: .enterprise, id: "\(number)", name: "企业\(number)",
                regionCode: RegionCode("540102"), industryCode: IndustryCode("E47")),
            tier: tier, peakTier: tier, state: .firing, certainty: .observed,
            startedPeriod: period, period: period, firstRaisedAt: noon(0), lastEventAt: noon(0),
            lastToldAt: noon(0), persons: 126, share: 0.31, amount: 12_345,
            evidence: Evidence(value: 280, previous: 406, marks: ["basis": "report"]),
            asOf: noon(0), sequence: 0)
    }

    /// The story with one more event on a day.
    func told(_ what: AlertWhat, on day: Int = 0, actor: String? = nil) -> Story {
        var next = self
        next.episode.sequence += 1
        next.episode.lastEventAt = noon(day)
        next.episode.lastToldAt = noon(day)
        if what == .resolved {
            next.episode.state = .resolved
            next.episode.resolvedAt = noon(day)
        }
        if what == .acknowledged {
            next.episode.state = .acknowledged
            next.episode.acknowledgedTier = episode.tier
        }
        let event = AlertEvent(
            id: episode.id.eventID(sequence: next.episode.sequence), alertID: episode.id,
            sequence: next.episode.sequence, at: noon(day), asOf: noon(day), what: what,
            reason: .thresholdCrossed, fromTier: what == .raised ? nil : episode.tier,
            toTier: episode.tier, fromState: what == .raised ? nil : episode.state,
            toState: next.episode.state, rule: episode.rule, kind: episode.kind,
            certainty: episode.certainty, subject: episode.subject, period: episode.period,
            persons: episode.persons, share: episode.share, amount: episode.amount,
            evidence: episode.evidence, actor: actor)
        let texts: [Language: AlertText] = [
            .chinese: AlertText(title: "裁员 \(episode.subject.name)", summary: "减员126人。"),
            .english: AlertText(
                title: "Layoff at \(episode.subject.id)", summary: "Lost 126.", steps: ["call"]),
        ]
        next.notices.append(AlertNotice(event: event, texts: texts, dueAt: noon(day + 1)))
        return next
    }

    /// The same story without what was told already.
    var written: Story {
        var next = self
        next.notices = []
        return next
    }

    func orders(_ receivers: [String]) -> [DeliveryOrder] {
        notices.flatMap { notice in
            receivers.map {
                DeliveryOrder(eventID: notice.event.id, alertID: episode.id, receiver: $0)
            }
        }
    }

    func record(_ receivers: [String]) -> CycleRecord {
        cycleRecord([self], receivers)
    }
}

func cycleRecord(
    _ stories: [Story], _ receivers: [String] = [], watermarks: [String: String] = [:],
    rejections: [Rejection] = [], isComplete: Bool = false, mode: String = "incremental",
    asOf: Instant = noon(0)
) -> CycleRecord {
    CycleRecord(
        asOf: asOf, startedAt: asOf, seconds: 0.5, mode: mode, rowsRead: 7, findings: 1,
        episodes: stories.map(\.episode), notices: stories.flatMap(\.notices),
        orders: stories.flatMap { $0.orders(receivers) }, watermarks: watermarks,
        rejections: rejections, rejectionsComplete: isComplete)
}
