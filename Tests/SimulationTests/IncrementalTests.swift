import Daemon
import Labor
import Support
import Testing

/// A daemon that looks at what changed says what one says that looks at everything each time.
struct IncrementalTests {
    /// Rules of which a year must hear, for what is never said is the same on both ways.
    static let heard: Set = [
        "layoff.statutory", "layoff.planned", "layoff.unreported", "idle.hidden", "closure.risk",
        "wage.absconding", "wage.arrears", "event.direct", "report.missing",
    ]

    @Test(arguments: [1, 20_250_301, 0xbeef] as [UInt64])
    func `looking at what changed is as good as looking at everything`(seed: UInt64) async throws {
        let chronicle = Chronicle(seed: seed, changesInPlace: true)
        try await withDatabase(template: migrated) { source in
            try await withDatabase(template: migrated) { other in
                let quick = try await Observatory(source: source, store: source)
                let thorough = try await Observatory(source: source, store: other)
                var partial = 0
                for (index, step) in chronicle.steps.enumerated() {
                    try await quick.send(step.statements)
                    let outcome = try await quick.look(step.moment)
                    _ = try await thorough.look(step.moment, full: true)
                    partial += outcome.isFull || outcome.isIdle ? 0 : 1
                    let place = "seed \(seed), step \(index), \(step.moment)"
                    let events = difference(
                        try await quick.events(of: step.moment),
                        try await thorough.events(of: step.moment))
                    try #require(events == nil, "\(place)")
                    let episodes = difference(
                        try await quick.episodes(), try await thorough.episodes())
                    try #require(episodes == nil, "\(place)")
                }
                // Both must have had something to say, and the one must have taken the short way.
                let all = try await quick.events()
                #expect(difference(all, try await thorough.events()) == nil)
                #expect(all.count > 100)
                let rules = Set(try await quick.rules())
                let silent = IncrementalTests.heard.subtracting(rules)
                #expect(silent == [], "seed \(seed): nothing was heard of these rules")
                #expect(partial > chronicle.steps.count / 3)
                await quick.close()
                await thorough.close()
            }
        }
    }

    @Test func `a daemon that starts anew in between says the same`() async throws {
        let chronicle = Chronicle(seed: 7, enterprises: 25, months: 3, changesInPlace: true)
        try await withDatabase(template: migrated) { source in
            try await withDatabase(template: migrated) { other in
                var restless = try await Observatory(source: source, store: source)
                let steady = try await Observatory(source: source, store: other)
                for (index, step) in chronicle.steps.enumerated() {
                    try await restless.send(step.statements)
                    if index % 4 == 3 {
                        await restless.close()
                        restless = try await Observatory(source: source, store: source)
                    }
                    _ = try await restless.look(step.moment)
                    _ = try await steady.look(step.moment)
                }
                let events = difference(try await restless.events(), try await steady.events())
                #expect(events == nil)
                #expect(try await steady.events().count > 10)
                await restless.close()
                await steady.close()
            }
        }
    }

    @Test func `looking twice at the same says nothing new`() async throws {
        let chronicle = Chronicle(seed: 8, enterprises: 25, months: 3, changesInPlace: false)
        try await withDatabase(template: migrated) { source in
            let observatory = try await Observatory(source: source, store: source)
            for step in chronicle.steps {
                try await observatory.send(step.statements)
                _ = try await observatory.look(step.moment)
                let before = try await observatory.episodes()
                #expect(try await observatory.look(step.moment, full: true).events == 0)
                #expect(difference(before, try await observatory.episodes()) == nil)
            }
            await observatory.close()
        }
    }
}
