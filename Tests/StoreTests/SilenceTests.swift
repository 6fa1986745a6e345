import Alerting
import Labor
import Store
import Testing

@Suite struct SilenceTests {
    @Test func `a silence is listed while it holds and can be ended early`() async throws {
        try await withStore { bench in
            var matcher = SilenceMatcher()
            matcher.rule = "layoff.statutory"
            matcher.region = RegionCode("540102")
            matcher.tierMax = .yellow
            let id = try await bench.store.addSilence(
                matcher, from: noon(1), to: noon(5), reason: "plant moves", by: "li", now: noon(0))
            #expect(try await bench.store.silences(holdingAt: noon(0)).isEmpty)
            #expect(try await bench.store.silences(holdingAt: noon(1)).map(\.matcher) == [matcher])
            try await bench.store.expireSilence(id, by: "wang", at: noon(2), in: .shanghai)
            #expect(try await bench.store.silences(holdingAt: noon(3)).isEmpty)
            let all = try await bench.store.silences()
            #expect(all.map(\.expiredAt) == [noon(2)])
            #expect(all.map { $0.holds(at: noon(1)) } == [true])
            #expect(all.map { $0.holds(at: noon(2)) } == [false])
            let over = await #expect(throws: StoreError.self) {
                try await bench.store.expireSilence(id, by: "wang", at: noon(3), in: .shanghai)
            }
            #expect(over?.code == .refused)
            let unknown = await #expect(throws: StoreError.self) {
                try await bench.store.expireSilence(404, by: "wang", at: noon(3), in: .shanghai)
            }
            #expect(unknown?.code == .notFound)
        }
    }

    @Test func `a silence of everything, or without a reason, is refused`() async throws {
        try await withStore { bench in
            var narrow = SilenceMatcher()
            narrow.kind = .layoff
            for (matcher, reason) in [(SilenceMatcher(), "x"), (narrow, "")] {
                let error = await #expect(throws: StoreError.self) {
                    _ = try await bench.store.addSilence(
                        matcher, from: noon(0), to: noon(1), reason: reason, by: "li",
                        now: noon(0))
                }
                #expect(error?.code == .refused)
            }
        }
    }
}
